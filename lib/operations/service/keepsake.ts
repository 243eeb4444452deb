import { z } from 'zod'

import { ServiceSettings } from '../../contract/service-settings'
import { Source } from '../../contract/source'
import type { ServiceRow } from '../../db/queries/services'
import { mountsOf } from '../../db/queries/volumes'
import { AppError, notFound } from '../../errors'
import type { PlainVariables } from '../../secrets/sealed-variables'
import type { ScopedCtx } from '../context'
import { hostNamesToKeep, KeptHostName } from '../domain/bring-back'
import { presentVariables } from '../variable/present-variables'

// What was set for a service that is deleted is kept by whoever deleted it, for an hour: sealed, so that they can give it back but
// neither read nor change it. There is no row of it, so nothing has to be cleared away, and no copy of a secret outlives the hour.

const CONTEXT = 'deleted-service'
const KEPT_MS = 60 * 60_000
/** A request takes no more. */
const MOST = 900_000

const Variables = z.record(z.string(), z.looseObject({ value: z.string(), secret: z.boolean() }))
const Keepsake = z.object({
  environmentId: z.string(),
  until: z.number(),
  service: z.object({
    name: z.string(), source: Source, settings: ServiceSettings, x: z.number(), y: z.number(), groupId: z.string().nullable(), variables: Variables,
    mounts: z.array(z.object({ volumeId: z.string(), name: z.string(), path: z.string() })),
    // Tickets of a version before had none.
    former: z.string().default(''), hostNames: z.array(KeptHostName).default([]),
  }),
})

export type KeptService = Omit<z.infer<typeof Keepsake>['service'], 'variables'> & { variables: PlainVariables }

/** Everything that is set for a service that is held, sealed; null when it is too much to be given back. */
export async function sealKeepsake(ctx: ScopedCtx, { id, environmentId, name, source, settings, x, y, groupId }: ServiceRow): Promise<string | null> {
  const mounts = (await mountsOf(ctx.db, [id])).map(({ volumeId, name: volume, path }) => ({ volumeId, name: volume, path }))
  const service: KeptService = { name, source, settings, x, y, groupId, variables: await presentVariables(ctx, id), mounts, former: id, hostNames: await hostNamesToKeep(ctx, id) }
  const ticket = ctx.seal.seal(JSON.stringify({ environmentId, until: ctx.now().getTime() + KEPT_MS, service }), CONTEXT)
  return ticket.length > MOST ? null : ticket
}

/** What a ticket of this environment keeps. Refuses one that is too old, or of another environment or instance. */
export function openKeepsake(ctx: Pick<ScopedCtx, 'seal' | 'now'>, { environmentId, ticket }: { environmentId: string; ticket: string }): KeptService {
  const kept = Keepsake.parse(JSON.parse(opened(ctx, ticket)))
  if (kept.environmentId !== environmentId) throw notFound('ticket')
  if (kept.until < ctx.now().getTime()) throw new AppError('not_now', `${kept.service.name} was deleted more than an hour ago. Draw it anew.`)
  return kept.service as KeptService
}

function opened({ seal }: Pick<ScopedCtx, 'seal'>, ticket: string): string {
  try {
    return seal.open(ticket, CONTEXT)
  } catch {
    throw new AppError('not_now', 'The ticket was not made by this instance, or its key was changed since. Draw the service anew.')
  }
}
