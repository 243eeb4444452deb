/**
 * The closed list of things that can go wrong with a request. Errors become HTTP last (lib/http/problem.ts).
 * A build that does not compile or an app that never becomes healthy is not an error but a failure value
 * (lib/domain/failure.ts).
 */
export const ERROR_CODES = [
  'invalid_input',
  'unauthenticated',
  'forbidden',
  'not_found',
  'conflict',
  'not_now',
  'stale_generation',
  'limit_exceeded',
  'rate_limited',
  'unavailable',
  'internal',
] as const

export type ErrorCode = (typeof ERROR_CODES)[number]

/** One message per field path (`source.url`), as a whole sentence. */
export type FieldErrors = Record<string, string>

export type AppErrorOptions = {
  /** For operators: logged, never sent to a client. */
  detail?: Record<string, unknown>
  /** For the person: which inputs were wrong. */
  fields?: FieldErrors
  /** HTTP status to use instead of the code's own (413, 422). */
  status?: number
  /** Seconds after which a retry makes sense. */
  retryAfterS?: number
  cause?: unknown
}

/** An error with a code and a public message: a sentence that says what was found and what to do. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly detail: Record<string, unknown>
  readonly fields: FieldErrors | undefined
  readonly status: number | undefined
  readonly retryAfterS: number | undefined

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.detail = options.detail ?? {}
    this.fields = options.fields
    this.status = options.status
    this.retryAfterS = options.retryAfterS
  }
}

/** `not_found` for an id that does not exist or belongs to another organization: both look the same. */
export function notFound(noun: string): AppError {
  return new AppError('not_found', `There is no such ${noun}, or you have no access to it.`)
}

export function isAppError(error: unknown): error is AppError {
  return error instanceof AppError || (error instanceof Error && error.name === 'AppError')
}
