import { ERROR_CODES, type ErrorCode, type FieldErrors } from '@/lib/errors'

/** What went wrong with a request, as the screen shows it. */
export type Problem = { code: ErrorCode; message: string; fields: FieldErrors; requestId: string | null }

/** Reads a thrown value: a problem of the platform as it is, anything else as a lost connection. */
export function problemOf(error: unknown): Problem {
  if (isProblemLike(error)) return { code: error.code, message: error.message, fields: error.fields ?? {}, requestId: error.requestId ?? null }
  return { code: 'unavailable', message: 'Easel did not answer. Check the connection and try again.', fields: {}, requestId: null }
}

type ProblemLike = { code: ErrorCode; message: string; fields?: FieldErrors | null; requestId?: string | null }

function isProblemLike(error: unknown): error is ProblemLike {
  if (typeof error !== 'object' || error === null || !('code' in error) || !('message' in error)) return false
  return typeof error.message === 'string' && (ERROR_CODES as readonly unknown[]).includes(error.code)
}

/** Messages of fields that no control on the screen shows; those that are shown stand beside their control. */
export function unshownFields(problem: Problem, shown: readonly string[]): [field: string, message: string][] {
  return Object.entries(problem.fields).filter(([field]) => !shown.includes(field))
}
