import { groupMembers } from '../../process/group-members'
import { groupUse, type DiskUse } from '../../process/group-use'
import type { Use } from '../driver'
import { lookAt } from './look'
import { processesOf, type RunFolder } from './run-folder'
import type { State } from './state'

/** A run when it was last looked at. `seen`: what its processes had used of disks, `disk`: what that has come to, which never gets less. */
type Look = { run: string; at: number; cpuUs: number | null; seen: DiskUse | null; disk: DiskUse | null }

/** What runs had used when they were last looked at, by the names of their workloads. */
export type FormerUse = Map<string, Look>

/** What every living workload uses. Nothing is limited here, and the network is everybody's. `former`: kept from one look to the next. */
export function measureAll(stored: readonly { folder: RunFolder; state: State }[], former: FormerUse): Use[] {
  const uses = stored.flatMap(({ folder, state }) => {
    const { leader, lives } = lookAt(folder, state)
    if (!lives) return []
    const pids = groupMembers(processesOf(folder, leader, state.cgroup)).map(({ pid }) => pid)
    const { memoryBytes, cpuUs, pids: count, disk: seen } = groupUse(state.cgroup, pids)
    if (memoryBytes === null) return []
    const { name, run, environmentId, serviceId, deploymentId, part } = state
    const before = former.get(name)
    const known = before?.run === run ? before : null
    const look: Look = { run, at: performance.now(), cpuUs, seen, disk: diskSince(known, seen) }
    former.set(name, look)
    const disk = { readBytes: look.disk?.readBytes ?? null, writtenBytes: look.disk?.writtenBytes ?? null }
    return [{ name, environmentId, serviceId, deploymentId, part, at: new Date(), memoryBytes, memoryLimitBytes: null, cpuMilli: cpuSince(known, look), cpuLimitMilli: null, pids: count, pidsLimit: null, receivedBytes: null, sentBytes: null, ...disk }]
  })
  const living = new Set(uses.map(({ name }) => name))
  for (const name of former.keys()) if (!living.has(name)) former.delete(name)
  return uses
}

/** Thousandths of one processor since the look before; null for the first look at a run. */
function cpuSince(before: Look | null, { at, cpuUs }: Look): number | null {
  if (before === null || before.cpuUs === null || cpuUs === null || at <= before.at) return null
  // Where the kernel keeps no group, the time of a process that has ended is no longer counted.
  return Math.max(0, Math.round((cpuUs - before.cpuUs) / (at - before.at)))
}

/** Nor are its disks: less than before is no beginning anew. */
function diskSince(before: Look | null, seen: DiskUse | null): DiskUse | null {
  if (before === null || before.seen === null || before.disk === null || seen === null) return before?.disk ?? seen
  const more = (name: keyof DiskUse) => before.disk![name] + Math.max(0, seen[name] - before.seen![name])
  return { readBytes: more('readBytes'), writtenBytes: more('writtenBytes') }
}
