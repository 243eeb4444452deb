import type { ErrorCode, FieldErrors } from '@/lib/errors'

type ProblemBody = { code: ErrorCode; message: string; fields?: FieldErrors; requestId: string; status: number }

/** A refused request, as the interface shows it: a sentence, maybe a sentence per field, and the request id. */
export class ProblemError extends Error {
  readonly code: ErrorCode
  readonly fields: FieldErrors | undefined
  readonly requestId: string
  readonly status: number

  constructor(problem: ProblemBody) {
    super(problem.message)
    this.name = 'ProblemError'
    this.code = problem.code
    this.fields = problem.fields
    this.requestId = problem.requestId
    this.status = problem.status
  }
}

/** Any thrown thing as a ProblemError: a broken connection gets words of its own. */
export function asProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error
  return new ProblemError({ code: 'unavailable', message: 'Easel cannot be reached. Check that it is running, then try again.', requestId: '', status: 0 })
}
