import type { LogLevel } from '../../domain/log-level'
import { levelOfWord } from './level'
import { timeAtStart, type LineTime } from './time'

// What stands before a message in lines of plain text: a time, a level, and between them the names of loggers and threads.

export type Prefix = { level: LogLevel | null; at: LineTime | null; /** Where the message begins; 0 when there is no prefix. */ length: number }

const NO_PREFIX: Prefix = { level: null, at: null, length: 0 }

/** `I0131 15:04:05.000000    1 file.go:10] message`, by klog and glog. */
const KLOG = /^([DIWEF])\d{4} \d\d:\d\d:\d\d\.\d{1,9}\s+\d{1,10} [^\s\]]{1,200}\] /
/** `I, [2026-01-31T15:04:05.123456 #12]  INFO -- name: message`, by Ruby's logger. */
const RUBY = /^[DIWEFA], \[(\S{1,40}) #\d{1,10}\] +([A-Z]{3,7}) -- [^:]{0,200}: /
/** `WARNING:logger:message`, by Python's logging. */
const PYTHON = /^(DEBUG|INFO|WARNING|ERROR|CRITICAL):[\w.]{1,200}:/
/** A time without a day, which says nothing of when. */
const CLOCK = /^\[?\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?: ?[AP]M)?\]? /
/** `WARN[0012] message`, by logrus on a terminal: seconds since it began. */
const SECONDS = /^\[\d{4,8}\](?= )/
/** What an error is called where nobody has caught it. */
const ERROR = /^(?:Uncaught |Unhandled |Exception in thread "[^"]{0,200}" |PHP )?(?:[A-Za-z_$][\w$]*[.:\\]{1,2}){0,12}(?:[A-Z][\w$]{0,100})?(?:Error|Exception)(?:: | \[[A-Z_]{1,60}\]: |$)|^(?:\+ Exception Group )?Traceback \(most recent call last\):|^\S{1,200}:\d+:in [`'].{1,300} \([A-Z][\w:]{0,100}\)$|^http: panic serving |^thread '[^']{0,200}' .{0,40}panicked at |^Unhandled exception[.:]/
const FATAL = /^(?:panic: |fatal error: |(?:PHP )?Fatal error: {1,2})/
const PHP = /^PHP (Warning|Notice|Deprecated|Parse error): {1,2}/
const NPM = /^npm (?:(warn)|(error|ERR!)) /i
const LONGEST = 400

const NO_WORDS: ReadonlySet<number> = new Set()

/** The prefix of a line without colours. `coloured`: where in it words stood that had a colour of their own. */
export function readPrefix(line: string, coloured: ReadonlySet<number> = NO_WORDS): Prefix {
  const text = line.slice(0, LONGEST)
  return readKnown(text) ?? readUsual(text, coloured)
}

function readKnown(text: string): Prefix | null {
  const klog = KLOG.exec(text)
  if (klog) return { level: { D: 'debug', I: 'info', W: 'warn', E: 'error', F: 'fatal' }[klog[1]!] as LogLevel, at: null, length: klog[0].length }
  const ruby = RUBY.exec(text)
  if (ruby) return { level: levelOfWord(ruby[2]!) ?? 'info', at: timeAtStart(ruby[1]!), length: ruby[0].length }
  const python = PYTHON.exec(text)
  if (python) return { level: levelOfWord(python[1]!), at: null, length: python[0].length }
  // Their names are a part of what they say.
  if (FATAL.test(text)) return { ...NO_PREFIX, level: 'fatal' }
  if (ERROR.test(text)) return { ...NO_PREFIX, level: 'error' }
  const php = PHP.exec(text)
  if (php) return { ...NO_PREFIX, level: php[1] === 'Warning' ? 'warn' : php[1] === 'Parse error' ? 'fatal' : 'info' }
  const npm = NPM.exec(text)
  return npm ? { ...NO_PREFIX, level: npm[1] ? 'warn' : 'error' } : null
}

const MOST_TOKENS = 6

function readUsual(text: string, coloured: ReadonlySet<number>): Prefix {
  const time = readTime(text)
  let end = time.length
  const hasTime = end > 0
  let mayBeName = false
  for (let n = 0; n < MOST_TOKENS; n++) {
    const token = tokenAt(text, end)
    if (token === null) break
    const level = levelOf(token, { hasTime, isFirst: n === 0, isColoured: coloured.has(token.start) })
    if (level !== null) return { level, at: time.at, length: skipSeparators(text, token.end + (SECONDS.exec(text.slice(token.end))?.[0].length ?? 0)) }
    // Without a time before it, only what begins a line can be its level.
    if (!hasTime || !(mayBeName || isAside(token))) break
    mayBeName = token.kind === 'dash'
    end = token.end
  }
  if (!hasTime) return NO_PREFIX
  const length = skipSeparators(text, time.length)
  const rest = text.slice(length)
  return { level: FATAL.test(rest) ? 'fatal' : ERROR.test(rest) ? 'error' : null, at: time.at, length }
}

function readTime(text: string): { at: LineTime | null; length: number } {
  const isBracketed = text.startsWith('[')
  const found = timeAtStart(isBracketed ? text.slice(1) : text)
  if (found) {
    const end = found.length + (isBracketed ? 1 : 0)
    const isWhole = isBracketed ? /[\] ]/.test(text[end] ?? '') : end === text.length || /[\s:,|\]]/.test(text[end]!)
    if (isWhole) return { at: { atMs: found.atMs, isSure: found.isSure }, length: end + (isBracketed && text[end] === ']' ? 1 : 0) }
  }
  return { at: null, length: CLOCK.exec(text)?.[0].length ?? 0 }
}

type Token = { kind: 'bracketed' | 'dash' | 'word'; word: string; /** What follows the word, such as a colon. */ after: string; start: number; end: number }

const TOKEN = /\s*(?:\[([^\]]{0,80})\]|<([^>]{0,20})>|\(([^)]{0,80})\)|([-|])(?=\s)|([^\s:[\]|()<>]{1,100})([:|\]]?))/y

function tokenAt(text: string, start: number): Token | null {
  TOKEN.lastIndex = start
  const found = TOKEN.exec(text)
  if (!found) return null
  const [, square, angle, round, dash, word, after = ''] = found
  const end = TOKEN.lastIndex
  const begin = found.index + found[0].search(/\S/)
  if (dash !== undefined) return { kind: 'dash', word: dash, after, start: begin, end }
  const inner = square ?? angle ?? round
  return inner === undefined ? { kind: 'word', word: word!, after, start: begin, end } : { kind: 'bracketed', word: inner.trim(), after: '', start: begin, end }
}

/** Bare words of everyday language are levels only where nothing else could stand, or where they have a colour of their own. */
function levelOf({ kind, word, after }: Token, { hasTime, isFirst, isColoured }: { hasTime: boolean; isFirst: boolean; isColoured: boolean }): LogLevel | null {
  const level = levelOfWord(word)
  if (level === null || kind === 'bracketed' || after === ':') return level
  return isColoured || word === word.toUpperCase() || (hasTime && isFirst) ? level : null
}

/** Threads, loggers and numbers of processes. */
function isAside({ kind, word, after }: Token): boolean {
  return kind !== 'word' || after !== '' || /^#?\d+$/.test(word) || word.includes('.')
}

function skipSeparators(text: string, start: number): number {
  let end = start
  while (end < text.length && /[\s:|-]/.test(text[end]!)) end++
  return end
}
