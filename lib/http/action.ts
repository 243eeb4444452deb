import 'server-only'

import { AppError } from '../errors'
import { execute } from '../operations/execute'
import { platform } from './platform'
import { toProblem, type Problem } from './problem'
import { currentCall } from './server'

/** What a server action returns: errors are values here, because thrown ones lose their text on the way to a browser. */
export type Outcome = { ok: true; output: unknown } | { ok: false; problem: Problem }

/** For somebody whose session ended while a page was open: a browser has no Authorization header to mend. */
const SIGNED_OUT = 'You are signed out. Sign in again in another tab, then try again here: what you typed stays.'

/** Runs a contract entry for the browser with the same rules, errors and request id as REST. */
export async function runForBrowser(name: unknown, input: unknown, idempotencyKey: unknown): Promise<Outcome> {
  const call = await currentCall()
  try {
    if (typeof name !== 'string') throw new AppError('invalid_input', 'The name of an operation is a text.')
    const key = typeof idempotencyKey === 'string' ? idempotencyKey : null
    return { ok: true, output: await execute(platform(), name, input, { ...call, idempotencyKey: key }) }
  } catch (error) {
    const problem = toProblem(error, call.requestId)
    return { ok: false, problem: problem.code === 'unauthenticated' && call.actor.kind === 'anonymous' ? { ...problem, message: SIGNED_OUT } : problem }
  }
}
