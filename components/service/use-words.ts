const KIB = 1024
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

/** `181 MiB`, `1.5 GiB`: three digits at most. */
export function bytesWords(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log(bytes) / Math.log(KIB)), UNITS.length - 1)
  const amount = bytes / KIB ** power
  return `${amount >= 10 || power === 0 ? Math.round(amount) : Math.round(amount * 10) / 10} ${UNITS[power]}`
}

/** Thousandths of a processor as processors: `0.13`. */
export function processorWords(milli: number): string {
  // A little is not nothing.
  return milli > 0 && milli < 5 ? '<0.01' : String(Math.round(milli / 10) / 100)
}

/** How much of a limit is used, from 0 to 1; null when there is no limit or nothing is known. */
export function shareOf(used: number | null, limit: number | null): number | null {
  return used === null || limit === null || limit <= 0 ? null : Math.min(1, used / limit)
}
