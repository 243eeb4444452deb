/** `with code 1`, `by signal SIGKILL`, for the end of a sentence. */
export function describeExit(exit: { code: number | null; signal: string | null }): string {
  if (exit.signal !== null) return `by signal ${exit.signal}`
  return exit.code === null ? 'with an unknown code' : `with code ${exit.code}`
}

/** What is known beyond code and signal, to go behind a sentence that ends with them. */
export function whyOf({ why }: { why?: string | null }): string {
  return why ? ` ${why}` : ''
}
