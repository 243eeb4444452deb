import { setTimeout as sleep } from 'node:timers/promises'

import { AppError } from '../../errors'
import { groupMembers, type GroupSearch } from './group-members'
import type { ProcessIdentity } from './identity'
import { readProcess, type ProcessRow } from './process-table'

/** How long the kernel may take to end what got SIGKILL; a process stuck in a device can take for ever. */
const FIRM_MS = 5_000
/** How much longer a keeper is spared. */
const KEEPER_MS = 500

/**
 * Ends a process, its group, and whatever descends from it, politely (SIGTERM) and after `graceMs` firmly (SIGKILL).
 * Resolves when all of it is gone; gone already is success. Never touches another process that got the same pid.
 */
export async function killGroup(identity: ProcessIdentity, graceMs: number, search: Partial<GroupSearch> = {}): Promise<void> {
  await killMembers({ marks: [], ...search, leader: identity }, { graceMs })
}

export type Killing = {
  graceMs: number
  /** Stops the waiting; a repeat goes on. */
  signal?: AbortSignal
  /** The leader is a keeper: it may see the others end and write down how, before it is killed itself. */
  leaderLast?: boolean
}

/** As `killGroup`, for a group of which the leader may not be known. */
export async function killMembers(search: GroupSearch, { graceMs, signal, leaderLast = false }: Killing): Promise<void> {
  // Once seen, a process stays on the list until it is gone, even when it leaves the group or loses its parent.
  const known = new Map<number, string>()
  const politeUntil = performance.now() + graceMs
  const firmUntil = politeUntil + FIRM_MS
  const asked = new Set<string>()
  for (let round = 0; ; round++) {
    const members = refresh(search, known)
    if (members.length === 0) return
    const now = performance.now()
    if (now >= firmUntil) throw stuck(members)
    if (now >= politeUntil + (leaderLast ? KEEPER_MS : 0)) await search.cgroup?.kill(signal)
    for (const member of members) {
      const key = `${member.pid} ${member.startTime}`
      const spared = leaderLast && member.pid === search.leader?.pid ? KEEPER_MS : 0
      if (now >= politeUntil + spared) send(member, 'SIGKILL')
      else if (!asked.has(key)) send(member, 'SIGTERM')
      asked.add(key)
    }
    await sleep(Math.min(10 + round * 10, 100), undefined, { signal })
  }
}

function refresh(search: GroupSearch, known: Map<number, string>): ProcessRow[] {
  const members = new Map(groupMembers(search).map((row) => [row.pid, row]))
  for (const [pid, startTime] of known) {
    if (members.has(pid)) continue
    const row = readProcess(pid)
    if (row && row.startTime === startTime && !row.zombie) members.set(pid, row)
    else known.delete(pid)
  }
  for (const row of members.values()) known.set(row.pid, row.startTime)
  return [...members.values()]
}

/** One signal per process rather than one to the group: the list was just checked, and each gets it exactly once. */
function send(member: ProcessRow, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(member.pid, signal)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ESRCH' && code !== 'EPERM') throw error
  }
}

function stuck(members: ProcessRow[]): AppError {
  const pids = members.map((member) => member.pid)
  return new AppError('unavailable', `Process ${pids.join(', ')} does not end, even when killed. Look at it on the machine; it may wait for a device.`, {
    detail: { pids },
  })
}
