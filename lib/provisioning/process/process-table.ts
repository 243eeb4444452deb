import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'

// What the operating system says of its processes. Linux: /proc. Elsewhere: `ps`, which costs a process per look.
// Reads are synchronous on purpose: a look must be one moment, and on Linux it takes a few milliseconds.

export type ProcessRow = {
  pid: number
  parent: number
  group: number
  /** 0 where the system does not say. */
  session: number
  /** Already ended, not yet collected by its parent. */
  zombie: boolean
  /** Tells this process from another one that gets the same pid later, even after a reboot. */
  startTime: string
}

const LINUX = process.platform === 'linux'
const PS_TIMEOUT_MS = 5_000
/** No file can be opened at the moment, or there is no memory to. */
const OUT_OF_MEANS = ['EMFILE', 'ENFILE', 'ENOMEM']

let bootId: string | undefined

function currentBoot(): string {
  bootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  return bootId
}

/** Reads one line of /proc/<pid>/stat. The name in parentheses may itself hold spaces and parentheses. */
export function parseStat(line: string, boot: string): ProcessRow | null {
  const open = line.indexOf('(')
  const close = line.lastIndexOf(')')
  if (open < 0 || close < 0) return null
  const fields = line.slice(close + 2).split(' ')
  const [state, parent, group, session] = fields
  const ticks = fields[19] // field 22 of the whole line
  if (state === undefined || ticks === undefined) return null
  return {
    pid: Number(line.slice(0, open)),
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    zombie: state === 'Z' || state === 'X',
    startTime: `${boot}:${ticks}`,
  }
}

/** Reads one line of `ps -o pid=,ppid=,pgid=,stat=,lstart=`. */
export function parsePs(line: string): ProcessRow | null {
  const found = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.+?)\s*$/.exec(line)
  if (!found) return null
  const [, pid, parent, group, state, started] = found as unknown as [string, string, string, string, string, string]
  return { pid: Number(pid), parent: Number(parent), group: Number(group), session: 0, zombie: state.startsWith('Z'), startTime: started }
}

/** One process, or null when there is none with this pid. */
export function readProcess(pid: number): ProcessRow | null {
  if (LINUX) {
    try {
      return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'), currentBoot())
    } catch (error) {
      // Not being able to look is not the same as finding nobody: who holds a lock would be taken for dead.
      if (OUT_OF_MEANS.includes((error as NodeJS.ErrnoException).code ?? '')) throw error
      return null
    }
  }
  return listWithPs(['-p', String(pid)])[0] ?? null
}

/** Every process that can be seen. */
export function listProcesses(): ProcessRow[] {
  if (!LINUX) return listWithPs(['-ax'])
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readProcess(Number(name)))
    .filter((row) => row !== null)
}

function listWithPs(selection: string[]): ProcessRow[] {
  try {
    const output = execFileSync('ps', [...selection, '-o', 'pid=,ppid=,pgid=,stat=,lstart='], {
      encoding: 'utf8',
      timeout: PS_TIMEOUT_MS,
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 16 * 1024 * 1024,
      env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' } as Record<string, string> as NodeJS.ProcessEnv,
    })
    return output.split('\n').map(parsePs).filter((row) => row !== null)
  } catch {
    // `ps -p` ends with 1 when there is no such process.
    return []
  }
}

/** The environment a process was started with as `NAME=value` entries; null when it may not be read or is not there. */
export function readEnvironment(pid: number): string[] | null {
  if (!LINUX) return null
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean)
  } catch {
    return null
  }
}
