import type { RestartSettings } from '../contract/service-settings'

/** Whether a service that has exited by itself is left as it is. `crashes`: exits in a row, this one included. */
export function givesUp({ policy, limit }: RestartSettings, exit: { code: number | null; crashes: number }): boolean {
  if (policy === 'always') return false
  return policy === 'never' || exit.code === 0 || exit.crashes > limit
}
