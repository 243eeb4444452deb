import type { z } from 'zod'

import type { Entry } from '../contract/entry'
import type { Ctx, ScopedCtx, SelfCtx } from './context'

export type Operation = { entry: Entry; run(ctx: Ctx, input: never): Promise<unknown> }
/** How one entry is done: another operation may do it as a part of itself, in the same transaction. */
export type ScopedOperation<I extends z.ZodType, O extends z.ZodType> = { entry: Entry<I, O>; run(ctx: ScopedCtx, input: z.output<I>): Promise<z.input<O>> }

/**
 * Says how a contract entry is done: check, one transaction, return the view. The caller (execute.ts) has
 * authenticated, parsed and authorised; it parses the output too.
 */
export function implement<I extends z.ZodType, O extends z.ZodType>(
  entry: Entry<I, O>,
  run: (ctx: ScopedCtx, input: z.output<I>) => Promise<z.input<O>>,
): ScopedOperation<I, O> {
  return { entry, run }
}

/** `implement` for entries that are about the signed-in person. */
export function implementSelf<I extends z.ZodType, O extends z.ZodType>(entry: Entry<I, O>, run: (ctx: SelfCtx, input: z.output<I>) => Promise<z.input<O>>): Operation {
  return { entry, run: run as Operation['run'] }
}

/** `implement` for entries that anyone may call. */
export function implementPublic<I extends z.ZodType, O extends z.ZodType>(entry: Entry<I, O>, run: (ctx: Ctx, input: z.output<I>) => Promise<z.input<O>>): Operation {
  return { entry, run: run as Operation['run'] }
}
