import { z } from 'zod'

import { AppError, notFound } from '../../errors'
import type { PlainVariables } from '../../secrets/sealed-variables'
import type { ScopedCtx } from '../context'

// What a replacement of variables has changed is kept by whoever made it, for an hour and sealed, as `service/keepsake` is: so it can be
// taken back although the browser was never told what is secret.

const CONTEXT = 'replaced-variables'
const KEPT_MS = 60 * 60_000
/** A request takes no more. */
const MOST = 900_000

const Variables = z.record(z.string(), z.looseObject({ value: z.string(), secret: z.boolean() }))
const Replacement = z.object({ serviceId: z.string(), until: z.number(), keys: z.array(z.string()), before: Variables, after: Variables })

/** Some variables, before and after they were changed; one that is in neither list was not there then. */
export type Replacement = { keys: string[]; before: PlainVariables; after: PlainVariables }

/** The variables of these keys, before and after, sealed; null for none, or when they are too much to be given back. */
export function sealReplacement({ seal, now }: Pick<ScopedCtx, 'seal' | 'now'>, { serviceId, keys, before, after }: Replacement & { serviceId: string }): string | null {
  if (keys.length === 0) return null
  const pick = (all: PlainVariables) => Object.fromEntries(keys.flatMap((key) => (Object.hasOwn(all, key) ? [[key, all[key]]] : [])))
  const ticket = seal.seal(JSON.stringify({ serviceId, until: now().getTime() + KEPT_MS, keys, before: pick(before), after: pick(after) }), CONTEXT)
  return ticket.length > MOST ? null : ticket
}

/** What a ticket of this service keeps. Refuses one that is too old, or of another service or instance. */
export function openReplacement(ctx: Pick<ScopedCtx, 'seal' | 'now'>, { serviceId, ticket }: { serviceId: string; ticket: string }): Replacement {
  const kept = Replacement.parse(JSON.parse(opened(ctx, ticket)))
  if (kept.serviceId !== serviceId) throw notFound('ticket')
  if (kept.until < ctx.now().getTime()) throw new AppError('not_now', 'They were changed more than an hour ago. Set them by hand, or from a revision.')
  return kept as Replacement
}

function opened({ seal }: Pick<ScopedCtx, 'seal'>, ticket: string): string {
  try {
    return seal.open(ticket, CONTEXT)
  } catch {
    throw new AppError('not_now', 'The ticket was not made by this instance, or its key was changed since. Set the variables by hand.')
  }
}
