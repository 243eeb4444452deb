import type { Actor } from '../auth/actor'
import type { Db } from '../db/connection'
import { events } from '../db/schema/observed'
import { EVENT_TYPES, type EventType } from '../domain/event-type'

export { EVENT_TYPES, type EventType }

export type Fact = {
  type: EventType
  /** Name of the thing now; stays readable after it is gone. */
  subject: string
  organizationId?: string | null
  projectId?: string | null
  environmentId?: string | null
  serviceId?: string | null
  deploymentId?: string | null
  /** Never a secret value. */
  data?: Record<string, unknown>
}

/** Appends a fact in the caller's transaction. `by` is the call's context, or `platform` for what the worker did. */
export async function record(db: Db, by: { actor: Actor; requestId: string } | 'platform', fact: Fact): Promise<void> {
  const user = by !== 'platform' && by.actor.kind === 'user' ? by.actor : null
  await db.insert(events).values({
    type: fact.type,
    subject: fact.subject,
    organizationId: fact.organizationId ?? null,
    projectId: fact.projectId ?? null,
    environmentId: fact.environmentId ?? null,
    serviceId: fact.serviceId ?? null,
    deploymentId: fact.deploymentId ?? null,
    data: fact.data ?? {},
    actorId: user?.userId ?? null,
    actorName: user?.name ?? 'Easel',
    requestId: by === 'platform' ? null : by.requestId,
  })
}
