import { ProblemError } from '@/components/client/problem-error'

/** The problem that what was to be changed is not what it was. */
export function outrun(message: string): ProblemError {
  return new ProblemError({ code: 'conflict', message, requestId: '', status: 409 })
}
