/** `with code 1`, `by signal SIGKILL`, for the end of a sentence. */
export function describeExit(exit: { code: number | null; signal: string | null }): string {
  if (exit.signal !== null) return `by signal ${exit.signal}`
  return exit.code === null ? 'with an unknown code' : `with code ${exit.code}`
}
