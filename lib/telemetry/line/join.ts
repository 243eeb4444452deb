import { stripAnsi } from './ansi'
import { readPrefix } from './prefix'

// Traces are printed as many lines and read as one. A line goes on with the one before it when it can be nothing else: a frame,
// or what stands where a trace of its language is not over yet (Node.js, Python, Java, Go, Ruby, .NET, Rust, PHP).

export type Group = { /** Of the lines that were given. */ from: number; to: number; /** Its end may not be here yet. */ isOpen: boolean }

const MOST_LINES = 1_000
const MOST_LENGTH = 256 * 1024

type Mode = 'frames' | 'reported' | 'ruby' | 'props' | 'python' | 'pythonEnd' | 'pythonLink' | 'go' | 'rustMessage' | 'rust' | 'php' | 'dotnet'

const FRAME = /^\s+(?:at [\w$<[(./]|\.\.\. \d+ (?:more|common frames)|(?:\d+: )?from \S+:\d+:in |File ".*", line \d|--- End of |Suppressed: |Caused by: )|^Caused by: |^ ---> |^--- End of |^\t\S+\.go:\d+/
const PYTHON = /(?:^|[\s:])Traceback \(most recent call last\):$/
const PYTHON_LINK = /^(?:During handling of the above exception|The above exception was the direct cause)/
const GO = /^(?:(?:\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})? )?http: panic serving |panic: |fatal error: |goroutine \d+ \[)/
const GO_ON = /^(?:\t|goroutine \d+ \[|created by |\[signal |\[recovered|exit status \d|\.\.\.additional frames)|^[\w./*()·\-[\]{}@%]+\(.*\)$/
const RUST = /^thread '.*' .{0,40}panicked at /
const RUST_ON = /^(?:note: |stack backtrace:|\s+\d+: |\s+at )/
const PHP_ON = /^(?:#\d+ |\s+thrown in )/
const DOTNET = /^(?:trce|dbug|info|warn|fail|crit): \S+\[\d+\]$/
/** How an exception of Java begins, by its whole name, where a logger prints it below its own line; Spring Boot leaves a line free between. */
const EXCEPTION = /^(?:[a-z_$][\w$]*\.)+[A-Z][\w$]*(?:Exception|Error|Throwable)(?:: .*)?$/
/** A frame of Ruby as loggers print it, at the beginning of a line. */
const RUBY_FRAME = /^\S+:\d+:in [`'][^'`]*'$/
/** What may be the first line of a trace that is still being written. */
const MAY_GO_ON = /error|exception|panic|traceback|fatal|fail|crit|warn/i

/** Which of these lines, in order, are one. Pure. */
export function joinTraces(lines: readonly string[]): Group[] {
  const groups: Group[] = []
  let mode: Mode | null = null
  let length = 0
  for (const [index, raw] of lines.entries()) {
    const line = stripAnsi(raw)
    const group = groups.at(-1)
    const isFull = group !== undefined && (group.to - group.from >= MOST_LINES || length + raw.length > MOST_LENGTH)
    const next: Mode | null = group && !isFull ? goOn(mode, line, { after: lines[index + 1], before: () => stripAnsi(lines[group.from]!) }) : null
    if (next !== null) {
      group!.to = index + 1
      length += raw.length
      mode = next
    } else {
      groups.push({ from: index, to: index + 1, isOpen: false })
      length = raw.length
      mode = begin(line)
    }
  }
  const last = groups.at(-1)
  if (last) last.isOpen = mode !== null || MAY_GO_ON.test(lines[last.from]!.slice(0, 1_000))
  return groups
}

function begin(line: string): Mode | null {
  if (PYTHON.test(line)) return 'python'
  if (GO.test(line)) return 'go'
  if (RUST.test(line)) return line.endsWith(':') ? 'rustMessage' : 'rust'
  return DOTNET.test(line) ? 'dotnet' : null
}

type Around = { after: string | undefined; /** The first line of what it may go on with. */ before(): string }

/** What the trace is in after this line, or null when the line is none of it. */
function goOn(mode: Mode | null, line: string, { after, before }: Around): Mode | null {
  const inside = mode === null ? null : inMode(mode, line, after)
  if (inside !== null) return inside
  if (FRAME.test(line)) return line.endsWith(' {') ? 'props' : line.startsWith('  File "') ? 'python' : 'frames'
  if (/^(?:PHP )?Stack trace:$/.test(line)) return 'php'
  if (mode !== null) return null
  // What reports an exception prints its trace after its own line.
  const next = reported(line, after)
  return next !== null && /^(?:warn|error|fatal)$/.test(readPrefix(before()).level ?? '') ? next : null
}

/** What a line begins that stands below the one that reports an exception. */
function reported(line: string, after: string | undefined): Mode | null {
  if (line.startsWith('Traceback') && PYTHON.test(line)) return 'python'
  if (EXCEPTION.test(line)) return 'frames'
  if (RUBY_FRAME.test(line)) return 'ruby'
  return line.trim() === '' && (after === undefined || EXCEPTION.test(stripAnsi(after))) ? 'reported' : null
}

function inMode(mode: Mode, line: string, after: string | undefined): Mode | null {
  const isBlank = line.trim() === ''
  switch (mode) {
    case 'frames':
      return null
    case 'reported':
      return EXCEPTION.test(line) ? 'frames' : null
    case 'ruby':
      return RUBY_FRAME.test(line) ? 'ruby' : null
    case 'props':
      return line.startsWith('}') ? 'frames' : /^\s/.test(line) ? 'props' : null
    case 'python':
      return /^\s/.test(line) ? 'python' : isBlank ? null : 'pythonEnd'
    case 'pythonEnd':
      if (PYTHON_LINK.test(line)) return 'pythonLink'
      return isBlank && (after === undefined || PYTHON_LINK.test(after)) ? 'pythonEnd' : null
    case 'pythonLink':
      return isBlank ? 'pythonLink' : PYTHON.test(line) ? 'python' : null
    case 'go':
      return GO_ON.test(line) || (isBlank && (after === undefined || GO_ON.test(after))) ? 'go' : null
    case 'rustMessage':
      return 'rust'
    case 'rust':
      return RUST_ON.test(line) ? 'rust' : null
    case 'php':
      return PHP_ON.test(line) ? 'php' : null
    case 'dotnet':
      return line.startsWith('      ') ? 'dotnet' : null
  }
}
