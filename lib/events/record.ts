import type { Actor } from '../auth/actor'
import type { Db } from '../db/connection'
import { events } from '../db/schema/observed'

/** Everything that can have happened. Past tense, `noun.verb`. */
export const EVENT_TYPES = [
  'account.registered',
  'account.signed_in',
  'account.signed_out',
  'account.refreshed',
  'account.reuse_detected',
  'account.password_changed',
  'token.created',
  'token.revoked',
  'organization.updated',
  'member.updated',
  'member.removed',
  'invitation.created',
  'invitation.revoked',
  'invitation.accepted',
  'ssh_key.created',
  'ssh_key.deleted',
  'project.created',
  'project.updated',
  'project.deleted',
  'environment.created',
  'environment.deleted',
  'environment.arranged',
  'service.created',
  'service.updated',
  'service.inspected',
  'service.stopped',
  'service.started',
  'service.deleted',
  'service.removed',
  'service.crashed',
  'service.unhealthy',
  'service.recovered',
  'variables.replaced',
  'variable.revealed',
  'deployment.queued',
  'deployment.building',
  'deployment.releasing',
  'deployment.active',
  'deployment.failed',
  'deployment.cancelled',
  'deployment.superseded',
] as const
export type EventType = (typeof EVENT_TYPES)[number]

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
