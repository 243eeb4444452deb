import { AppError, isAppError, type ErrorCode, type FieldErrors } from '../errors'
import { log } from '../log'

// Errors become HTTP here and nowhere else: problem details (RFC 9457) with our code, field errors and the request id.

const STATUS: Record<ErrorCode, number> = {
  invalid_input: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  not_now: 409,
  stale_generation: 409,
  limit_exceeded: 409,
  rate_limited: 429,
  unavailable: 503,
  internal: 500,
}

const TITLE: Record<ErrorCode, string> = {
  invalid_input: 'The input cannot be used',
  unauthenticated: 'Sign in first',
  forbidden: 'Not allowed',
  not_found: 'Not found',
  conflict: 'Conflict',
  not_now: 'Not now',
  stale_generation: 'Out of date',
  limit_exceeded: 'Limit reached',
  rate_limited: 'Too many requests',
  unavailable: 'Unavailable',
  internal: 'The platform failed',
}

export type Problem = {
  type: string
  title: string
  status: number
  code: ErrorCode
  message: string
  /** Same as message, under its RFC 9457 name. */
  detail: string
  fields?: FieldErrors
  requestId: string
  retryAfterS?: number
}

/** Turns anything thrown into a problem. What is not an AppError is logged with its cause and told as `internal`. */
export function toProblem(error: unknown, requestId: string): Problem {
  const known = isAppError(error) ? error : databaseProblem(error)
  if (!known || known.code === 'internal') log.error({ requestId, cause: error }, 'request failed')
  const shown = known ?? new AppError('internal', `The platform failed while answering. Its log has the details under request ${requestId}.`)
  return {
    type: `about:blank#${shown.code}`,
    title: TITLE[shown.code],
    status: shown.status ?? STATUS[shown.code],
    code: shown.code,
    message: shown.message,
    detail: shown.message,
    ...(shown.fields ? { fields: shown.fields } : {}),
    ...(shown.retryAfterS === undefined ? {} : { retryAfterS: shown.retryAfterS }),
    requestId,
  }
}

const UNREACHABLE = new Set(['ECONNREFUSED', 'ECONNRESET', 'CONNECT_TIMEOUT', 'CONNECTION_CLOSED', 'CONNECTION_ENDED', 'CONNECTION_DESTROYED', '57P01', '57P03', '53300'])

function databaseProblem(error: unknown): AppError | null {
  for (let e = error; e instanceof Error; e = e.cause) {
    if (UNREACHABLE.has((e as { code?: string }).code ?? '')) {
      return new AppError('unavailable', 'The database does not answer. Try again in a moment.', { cause: error, retryAfterS: 2 })
    }
  }
  return null
}

/** A problem as an HTTP answer. */
export function problemResponse(problem: Problem): Response {
  const headers = new Headers({ 'content-type': 'application/problem+json', 'x-request-id': problem.requestId, 'cache-control': 'no-store' })
  if (problem.retryAfterS !== undefined) headers.set('retry-after', String(problem.retryAfterS))
  if (problem.status === 401) headers.set('www-authenticate', 'Bearer realm="easel"')
  return new Response(JSON.stringify(problem), { status: problem.status, headers })
}
