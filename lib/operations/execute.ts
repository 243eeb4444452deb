import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

import { and, eq } from 'drizzle-orm'
import type { z } from 'zod'

import { authorise } from '../auth/authorise'
import type { Actor } from '../auth/actor'
import type { Entry } from '../contract/entry'
import { isDeadlock, type Db } from '../db/connection'
import { idempotencyKeys } from '../db/schema/observed'
import { AppError, type FieldErrors } from '../errors'
import { log } from '../log'
import { traced } from '../trace'
import type { Ctx, Platform, Scope } from './context'
import { OPERATIONS } from './index'
import type { Operation } from './implement'
import { inputProblem } from './input-problem'
import { firstUnstorable } from './storable'

// The one way into the platform. The door has authenticated; here, in this order and once: parse → authorise → run →
// parse the output. A command runs in one transaction that also holds its events, its jobs and its stored answer, so
// all of them are true together or none is.

export type Call = {
  actor: Actor
  requestId: string
  ip: string | null
  /** From the header of the same name; only commands take one. */
  idempotencyKey?: string | null
}

/** Runs a contract entry by name. Throws AppError; anything else that goes wrong becomes `internal`. */
export function execute(platform: Platform, name: string, input: unknown, call: Call): Promise<unknown> {
  return traced(name, { kind: 'server', attributes: { 'easel.operation': name, 'easel.request_id': call.requestId, 'easel.actor': call.actor.kind } }, () => executed(platform, name, input, call))
}

async function executed(platform: Platform, name: string, input: unknown, call: Call): Promise<unknown> {
  const { operation, parsed } = accept(name, input, call)
  const { entry } = operation
  if (entry.kind === 'query') return runOnce(operation, parsed, context(platform, platform.db, call))
  return againAfterDeadlock(name, () =>
    traced('transaction', {}, () =>
      platform.db.transaction(async (tx) => {
        const ctx = context(platform, tx, call)
        return call.idempotencyKey ? runIdempotent(operation, parsed, ctx, call.idempotencyKey) : runOnce(operation, parsed, ctx)
      }),
    ),
  )
}

const TRIES = 5
const PAUSE_MS = 50

/**
 * Commands take what they lock in one order as far as they know beforehand what that will be. Where they do not, two may wait for each other; PostgreSQL
 * then ends one of them, and nothing of it was done. Done again from its beginning, it waits for the other.
 */
async function againAfterDeadlock<T>(operation: string, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt === TRIES || !isDeadlock(error)) throw error
      log.info({ operation, attempt, cause: error }, 'a command waited in a circle and is done again')
      await sleep(Math.random() * PAUSE_MS * attempt)
    }
  }
}

/** `execute` with the types of the entry. */
export async function executeEntry<I extends z.ZodType, O extends z.ZodType>(platform: Platform, entry: Entry<I, O>, input: z.input<I>, call: Call): Promise<z.output<O>> {
  return (await execute(platform, entry.name, input, call)) as z.output<O>
}

/** The checks of `execute` without running anything: for streams, which read by themselves afterwards. */
export async function admit(platform: Platform, name: string, input: unknown, call: Call): Promise<{ parsed: unknown; scope: Scope | null }> {
  const { operation, parsed } = accept(name, input, call)
  const scope = await authorise(context(platform, platform.db, call), operation.entry.access, parsed as Record<string, unknown>)
  return { parsed, scope }
}

function accept(name: string, input: unknown, call: Call): { operation: Operation; parsed: unknown } {
  const operation = OPERATIONS.get(name)
  if (!operation) throw new AppError('not_found', `There is no operation named ${name}.`)
  if (operation.entry.access.kind !== 'public' && call.actor.kind === 'anonymous') {
    throw new AppError('unauthenticated', 'Sign in first, or send an access token in the Authorization header.')
  }
  return { operation, parsed: parseInput(operation.entry, input) }
}

function context(platform: Platform, db: Db, call: Call): Ctx {
  return { ...platform, db, rootDb: platform.db, actor: call.actor, ip: call.ip, requestId: call.requestId, scope: null }
}

async function runOnce(operation: Operation, input: unknown, ctx: Ctx): Promise<unknown> {
  const scope = await authorise(ctx, operation.entry.access, input as Record<string, unknown>)
  const output = await operation.run({ ...ctx, scope }, input as never)
  const checked = operation.entry.output.safeParse(output)
  if (checked.success) return checked.data
  log.error({ operation: operation.entry.name, issues: checked.error.issues.slice(0, 5), requestId: ctx.requestId }, 'operation returned what its contract does not allow')
  throw new AppError('internal', 'The platform produced an answer that breaks its own contract. This is a fault of the platform.')
}

/**
 * The first call with a key inserts a row and runs; a twin waits on that row until the first has committed, then finds
 * its answer. A failed call rolls its row back, so the key can be used again. Keys live for 24 hours.
 */
async function runIdempotent(operation: Operation, input: unknown, ctx: Ctx, key: string): Promise<unknown> {
  if (!/^[\x21-\x7e]{1,200}$/.test(key)) throw new AppError('invalid_input', 'The Idempotency-Key must be 1 to 200 visible ASCII characters without spaces.')
  const actorId = ctx.actor.kind === 'user' ? ctx.actor.userId : `anonymous:${ctx.ip ?? 'local'}`
  const inputHash = createHash('sha256').update(canonicalJson({ operation: operation.entry.name, input })).digest('hex')
  const inserted = await ctx.db
    .insert(idempotencyKeys)
    .values({ actorId, key, operation: operation.entry.name, inputHash })
    .onConflictDoNothing()
    .returning({ key: idempotencyKeys.key })
  const isRow = and(eq(idempotencyKeys.actorId, actorId), eq(idempotencyKeys.key, key))

  if (inserted.length === 0) {
    // Authorised again: a stored answer is not shown to someone who has lost access since.
    await authorise(ctx, operation.entry.access, input as Record<string, unknown>)
    const [former] = await ctx.db.select().from(idempotencyKeys).where(isRow)
    if (!former || former.inputHash !== inputHash) {
      throw new AppError('invalid_input', 'This Idempotency-Key was used for another request. Use a new key for a new request.', { status: 422 })
    }
    if (former.response === null) throw new AppError('conflict', 'The answer to the first request with this Idempotency-Key is not kept. Use a new key.')
    return former.response
  }
  const output = await runOnce(operation, input, ctx)
  // Answers with credentials are not stored: the table would hold them in the clear.
  const keepable = !CREDENTIALS.has(operation.entry.name)
  await ctx.db.update(idempotencyKeys).set({ response: keepable ? output : null, status: operation.entry.http.status }).where(isRow)
  return output
}

const CREDENTIALS = new Set(['auth.register', 'auth.login', 'auth.refresh', 'token.create', 'invitation.create', 'variable.reveal', 'variable.export', 'sharedVariable.reveal', 'sharedVariable.export', 'terminal.create', 'volume.transfer', 'upload.create', 'data.execute'])

function parseInput(entry: Entry, input: unknown): unknown {
  const parsed = entry.input.safeParse(input ?? {}, { error: inputProblem })
  if (parsed.success) return refuseUnstorable(parsed.data)
  const fields: FieldErrors = {}
  for (const issue of parsed.error.issues) {
    if (issue.code === 'unrecognized_keys') for (const key of issue.keys) fields[[...issue.path, key].join('.')] ??= 'Is not a known field.'
    else fields[issue.path.join('.') || '(body)'] ??= sentence(issue.message)
  }
  const names = Object.keys(fields)
  const first = names[0]!
  throw new AppError('invalid_input', names.length === 1 ? `${first}: ${fields[first]}` : `${names.length} fields cannot be used: ${names.slice(0, 5).join(', ')}.`, { fields })
}

function refuseUnstorable(input: unknown): unknown {
  const field = firstUnstorable(input)
  if (field === null) return input
  const message = 'Must not contain a zero byte or half a character.'
  throw new AppError('invalid_input', `${field}: ${message}`, { fields: { [field]: message } })
}

function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`
}

/** JSON with sorted keys: equal inputs give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, v: unknown) =>
    typeof v === 'object' && v !== null && !Array.isArray(v) ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1))) : v,
  )
}
