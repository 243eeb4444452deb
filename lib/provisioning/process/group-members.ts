import type { Cgroup } from './cgroup'
import type { ProcessIdentity } from './identity'
import { listProcesses, readEnvironment, type ProcessRow } from './process-table'

// Who belongs to a group that we started.
//
// The leader was made with a session and a group of its own, so both carry its pid. A child that leaves both is still
// found while its parent lives (parent chain), and afterwards by a mark: an entry of the environment that only
// this group was given, such as `HOME=<its folder>`, which children inherit. Where the kernel keeps the group (cgroup.ts),
// nobody is missed; the other rules are for machines where it does not.
//
// The kernel gives no pid away that is still a group or a session. So if the leader's pid now belongs to a process
// with another start time, the group had ended before, and whatever carries the number is somebody else's.

export type GroupSearch = {
  leader: ProcessIdentity | null
  /** `NAME=value` entries; a process whose environment holds one of them belongs to the group. */
  marks: readonly string[]
  /** The group as the kernel keeps it. */
  cgroup?: Pick<Cgroup, 'members' | 'kill'> | null | undefined
}

/** Living processes of the group, besides this very process. */
export function groupMembers(search: GroupSearch): ProcessRow[] {
  const rows = listProcesses().filter((row) => !row.zombie && row.pid !== process.pid)
  const found = new Set(selectMembers(rows, search, readEnvironment))
  const kept = new Set(search.cgroup?.members())
  return rows.filter((row) => found.has(row) || kept.has(row.pid))
}

/** The rule itself, on a given table of living processes. */
export function selectMembers(
  rows: readonly ProcessRow[],
  { leader, marks }: GroupSearch,
  environmentOf: (pid: number) => string[] | null,
): ProcessRow[] {
  const holder = leader ? rows.find((row) => row.pid === leader.pid) : undefined
  const leaderLives = holder !== undefined && holder.startTime === leader?.startTime
  const numberIsOurs = leader !== null && (leaderLives || holder === undefined) && sameBoot(rows, leader)

  const marked = new Map<number, boolean | null>()
  const isMarked = (pid: number): boolean | null => {
    if (!marked.has(pid)) {
      const entries = marks.length > 0 ? environmentOf(pid) : null
      // One without any variable says nothing: some programs overwrite theirs with a title, of which a rest may be found.
      marked.set(pid, entries === null || !entries.some((entry) => entry.includes('=')) ? null : marks.some((mark) => entries.includes(mark)))
    }
    return marked.get(pid)!
  }

  const members = new Set<number>()
  for (const row of rows) {
    const inGroup = numberIsOurs && (row.group === leader.pid || row.session === leader.pid)
    // Without its leader the number could have been reused by a group whose leader ended too: believe the mark then.
    if (inGroup && (leaderLives || isMarked(row.pid) !== false)) members.add(row.pid)
    else if (isMarked(row.pid) === true) members.add(row.pid)
  }
  addDescendants(rows, members)
  return rows.filter((row) => members.has(row.pid))
}

function addDescendants(rows: readonly ProcessRow[], members: Set<number>): void {
  let grew = true
  while (grew) {
    grew = false
    for (const row of rows) {
      if (!members.has(row.pid) && row.parent > 1 && members.has(row.parent)) {
        members.add(row.pid)
        grew = true
      }
    }
  }
}

/** On Linux a start time begins with the boot's id: after a reboot no number means what it meant. */
function sameBoot(rows: readonly ProcessRow[], leader: ProcessIdentity): boolean {
  const boot = (startTime: string) => (/^[0-9a-f-]{36}:/.test(startTime) ? startTime.slice(0, 36) : '')
  return rows.length === 0 || boot(rows[0]!.startTime) === boot(leader.startTime)
}
