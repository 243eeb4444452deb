import type { RestartSettings } from '../contract/service-settings'

/** An exit that was not ours. `inARow`: how many there were, this one included, without long health in between. */
export type Exit = { code: number | null; signal: string | null; inARow: number }

/**
 * What follows an exit by the restart policy. `again`: it is started again, `ended`: it did what it had to do and stays as
 * it is, `given_up`: it stays as it is although it went wrong.
 */
export function afterExit({ policy, limit }: RestartSettings, { code, signal, inARow }: Exit): 'again' | 'ended' | 'given_up' {
  if (policy === 'always') return 'again'
  if (code === 0 && signal === null) return 'ended'
  return policy === 'on_failure' && inARow <= limit ? 'again' : 'given_up'
}

/** Whether a service that has exited by itself is left as it is. `crashes`: exits in a row, this one included. */
export function givesUp(restart: RestartSettings, exit: { code: number | null; crashes: number }): boolean {
  return afterExit(restart, { code: exit.code, signal: null, inARow: exit.crashes }) !== 'again'
}
