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

/** What is said of it beside a form. Where each wrong field says so itself, no more than where to look: nobody has to quote that to anybody. */
export function wordsBesideForm(problem: Problem, shown: readonly string[]): { message: string; requestId: string | null } {
  const count = Object.keys(problem.fields).length
  if (problem.code !== 'invalid_input' || count === 0 || unshownFields(problem, shown).length > 0) return problem
  return { message: count === 1 ? 'One field needs another look. It says why.' : `${count} fields need another look. Each says why.`, requestId: null }
}

/** Messages of fields that no control on the screen shows; those that are shown stand beside their control. */
export function unshownFields(problem: Problem, shown: readonly string[]): [field: string, message: string][] {
  return Object.entries(problem.fields).filter(([field]) => !shown.includes(field))
}
