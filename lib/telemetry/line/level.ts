import type { LogLevel } from '../../domain/log-level'

// What programs call their levels.

const WORDS: Record<LogLevel, string> = {
  trace: 'trace trc verbose silly finest finer',
  debug: 'debug dbg dbug fine',
  info: 'info inf information informational notice note',
  warn: 'warn warning wrn',
  error: 'error err eror fail failure severe',
  fatal: 'fatal ftl critical crit emerg emergency alert panic pnc dpanic',
}

const LEVELS = new Map(Object.entries(WORDS).flatMap(([level, words]) => words.split(' ').map((word) => [word, level as LogLevel] as const)))

/** Ten for each level, as pino and bunyan count. */
const TENS: LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal']
/** As syslog counts, from 0. */
const SYSLOG: LogLevel[] = ['fatal', 'fatal', 'fatal', 'error', 'warn', 'info', 'info', 'debug']

/** The level that a word is used for, in any case; null for any other word. */
export function levelOfWord(word: string): LogLevel | null {
  return word.length > 13 ? null : (LEVELS.get(word.toLowerCase()) ?? null)
}

/** The level of a number of pino's or bunyan's, or null. Numbers between theirs are levels that a program has added. */
export function levelOfTens(number: number): LogLevel | null {
  return number >= 10 && number < 70 ? TENS[Math.floor(number / 10) - 1]! : null
}

/** The level of one of syslog's numbers, or null. */
export function levelOfSyslog(number: number): LogLevel | null {
  return SYSLOG[number] ?? null
}
