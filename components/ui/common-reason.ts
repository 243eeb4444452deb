import type { MenuEntry } from './menu'

/** From so many on, a reason is said once for all of them. */
const MANY = 3

/** Why several entries of a menu cannot be chosen, when that is the same for many of them, as it is for somebody who may only look; null when it is not. */
export function commonReason(items: readonly MenuEntry[]): string | null {
  const counts = new Map<string, number>()
  for (const entry of items) {
    const reason = entry.kind === 'separator' || entry.kind === 'heading' ? null : entry.disabledReason
    if (reason) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a)
  return most && most[1] >= MANY ? most[0] : null
}
