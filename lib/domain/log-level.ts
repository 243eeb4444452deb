// How much a line of a log matters, as its program says. What a line is printed to (stdout, stderr) does not say it.

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** The number a level is stored as: 1 for `trace` to 6 for `fatal`, so that levels compare. */
export function levelNumber(level: LogLevel): number {
  return LOG_LEVELS.indexOf(level) + 1
}

/** The level that a number is stored for; null for none. */
export function levelName(number: number | null): LogLevel | null {
  return number === null ? null : (LOG_LEVELS[number - 1] ?? null)
}
