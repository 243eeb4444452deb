import { groupMembers } from '../../process/group-members'
import { groupUse } from '../../process/group-use'
import type { Use } from '../driver'
import { lookAt } from './look'
import { processesOf, type RunFolder } from './run-folder'
import type { State } from './state'

/** Processor time a run had used when it was last looked at. */
export type FormerUse = Map<string, { run: string; cpuUs: number; at: number }>

/** What every living workload uses. Nothing is limited here. `former`: kept from one look to the next. */
export function measureAll(stored: readonly { folder: RunFolder; state: State }[], former: FormerUse): Use[] {
  const uses = stored.flatMap(({ folder, state }) => {
    const { leader, lives } = lookAt(folder, state)
    if (!lives) return []
    const pids = groupMembers(processesOf(folder, leader, state.cgroup)).map(({ pid }) => pid)
    const { memoryBytes, cpuUs, pids: count } = groupUse(state.cgroup, pids)
    if (memoryBytes === null) return []
    const { name, environmentId, serviceId, deploymentId, part } = state
    return [{ name, environmentId, serviceId, deploymentId, part, at: new Date(), memoryBytes, memoryLimitBytes: null, cpuMilli: cpuSince(former, state, cpuUs), cpuLimitMilli: null, pids: count, pidsLimit: null, receivedBytes: null, sentBytes: null }]
  })
  const living = new Set(uses.map(({ name }) => name))
  for (const name of former.keys()) if (!living.has(name)) former.delete(name)
  return uses
}

/** Thousandths of one processor since the look before; null for the first look at a run. */
function cpuSince(former: FormerUse, { name, run }: State, cpuUs: number | null): number | null {
  if (cpuUs === null) return null
  const before = former.get(name)
  const at = performance.now()
  former.set(name, { run, cpuUs, at })
  if (before?.run !== run || at <= before.at) return null
  // Where the kernel keeps no group, the time of a process that has ended is no longer counted.
  return Math.max(0, Math.round((cpuUs - before.cpuUs) / (at - before.at)))
}
