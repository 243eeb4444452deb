// How the compose specification writes times, sizes and processors.

const SECONDS: Record<string, number> = { us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600, d: 86_400 }

/** Seconds of `1m30s`, `500ms` or `90`; null when it is no time. */
export function secondsOf(text: string): number | null {
  const trimmed = text.trim()
  if (/^\d{1,9}$/.test(trimmed)) return Number(trimmed)
  if (!/^(\d{1,9}(\.\d{1,9})?(us|µs|ms|s|m|h|d))+$/.test(trimmed)) return null
  return Array.from(trimmed.matchAll(/(\d+(?:\.\d+)?)(us|µs|ms|s|m|h|d)/g)).reduce((sum, [, amount, unit]) => sum + Number(amount) * SECONDS[unit!]!, 0)
}

const POWERS = ['b', 'k', 'm', 'g', 't']

/** Mebibytes of `512M`, `1.5gb` or `268435456`; null when it is no size. */
export function mebibytesOf(text: string): number | null {
  const match = /^(\d{1,18}(?:\.\d{1,9})?)\s*([bkmgt]?)(i?b)?$/i.exec(text.trim())
  if (!match) return null
  const power = POWERS.indexOf((match[2] || 'b').toLowerCase())
  return (Number(match[1]) * 1024 ** power) / 1024 ** 2
}

/** Thousandths of a processor of `0.5`; null when it is no number. */
export function cpuMilliOf(text: string): number | null {
  return /^\d{1,6}(\.\d{1,9})?$/.test(text.trim()) ? Math.round(Number(text) * 1000) : null
}

/** A whole number; null when it is none. */
export function wholeOf(text: string): number | null {
  return /^-?\d{1,9}$/.test(text.trim()) ? Number(text) : null
}
