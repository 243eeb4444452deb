import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

import { groupMembers, type GroupSearch } from './group-members'

const PAGE_BYTES = 4096
const MIB = 1024 * 1024
const PS_TIMEOUT_MS = 5_000

/** Memory that the living processes of a group hold together, without what they share such as the program itself. */
export function residentMib(search: GroupSearch): number {
  const pids = groupMembers(search).map((row) => row.pid)
  const bytes = process.platform === 'linux' ? pids.map(privateBytes) : bytesFromPs(pids)
  return Math.round(bytes.reduce((sum, one) => sum + one, 0) / MIB)
}

/** Second and third number of /proc/<pid>/statm, in pages: resident, and how much of that is shared. */
export function parseStatm(text: string): number {
  const [, resident, shared] = text.trim().split(' ').map(Number)
  return resident === undefined || shared === undefined ? 0 : Math.max(0, resident - shared) * PAGE_BYTES
}

function privateBytes(pid: number): number {
  try {
    return parseStatm(readFileSync(`/proc/${pid}/statm`, 'utf8'))
  } catch {
    return 0
  }
}

function bytesFromPs(pids: readonly number[]): number[] {
  if (pids.length === 0) return []
  try {
    const output = execFileSync('ps', ['-o', 'rss=', '-p', pids.join(',')], { encoding: 'utf8', timeout: PS_TIMEOUT_MS, stdio: ['ignore', 'pipe', 'ignore'], env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' } as Record<string, string> as NodeJS.ProcessEnv })
    return output.split('\n').filter(Boolean).map((line) => Number(line.trim()) * 1024)
  } catch {
    return []
  }
}
