import 'server-only'

import { AppError } from '../errors'
import { execute } from '../operations/execute'
import { platform } from './platform'
import { toProblem, type Problem } from './problem'
import { currentCall } from './server'

/** What a server action returns: errors are values here, because thrown ones lose their text on the way to a browser. */
export type Outcome = { ok: true; output: unknown } | { ok: false; problem: Problem }

/** Runs a contract entry for the browser with the same rules, errors and request id as REST. */
export async function runForBrowser(name: unknown, input: unknown, idempotencyKey: unknown): Promise<Outcome> {
  const call = await currentCall()
  try {
    if (typeof name !== 'string') throw new AppError('invalid_input', 'The name of an operation is a text.')
    const key = typeof idempotencyKey === 'string' ? idempotencyKey : null
    return { ok: true, output: await execute(platform(), name, input, { ...call, idempotencyKey: key }) }
  } catch (error) {
    return { ok: false, problem: toProblem(error, call.requestId) }
  }
}
