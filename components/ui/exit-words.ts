/** `Exited with code 1`, `Ended by SIGKILL`; what was not seen is not invented. */
export function exitWords({ exitCode, exitSignal }: { exitCode: number | null; exitSignal: string | null }): string {
  if (exitSignal !== null) return `Ended by ${exitSignal}`
  return exitCode === null ? 'It ended without telling how' : `Exited with code ${exitCode}`
}
