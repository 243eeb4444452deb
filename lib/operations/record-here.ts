import { record, type Fact } from '../events/record'
import type { ScopedCtx } from './context'

/** Appends a fact about what the call is about; `fact` may name something further down. */
export function recordHere(ctx: Pick<ScopedCtx, 'db' | 'actor' | 'requestId' | 'scope'>, fact: Fact): Promise<void> {
  return record(ctx.db, ctx, { ...ctx.scope, ...fact })
}
