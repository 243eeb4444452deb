import { existsSync, mkdirSync, readdirSync, rmdirSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { AppError } from '../../errors'
import type { Log } from '../../log'
import { findHierarchies, readOrEmpty, type Hierarchy } from './cgroup-hierarchies'

// Groups of processes that the kernel keeps (cgroups): held to a share of the machine, and ended for certain, because a
// process cannot leave its group by changing its session, its environment or its parent. Everything here is a bonus:
// where the machine has none of it, or a part fails, work goes on without.

export type CgroupLimits = {
  memoryMib?: number | undefined
  /** Weight against others when the processors are busy; 1 is what everybody has. */
  cpuShare?: number | undefined
  pidsMax?: number | undefined
}

export type Cgroup = {
  /** Its folder in each tree; safe to keep in a file, for `cgroupAt`. */
  directories: readonly string[]
  /** Which of the limits asked for are in force. */
  held: { memory: boolean; cpu: boolean; pids: boolean }
  /** Arguments that run a program in the group from its very first moment, under the pid that is started. */
  enter(argv: readonly string[]): string[]
  /** Living processes in it, in no order. */
  members(): number[]
  /** Ends all of it with SIGKILL; resolves when it is empty. Empty or gone already is success. */
  kill(signal?: AbortSignal): Promise<void>
  /** How many of its processes the kernel ended for want of memory. */
  memoryKills(): number
  /** Removes the empty group. Gone already is success; false when it is not empty. */
  remove(): boolean
}

export type Cgroups = {
  /** For the log and for people: where, and what can be limited. */
  description: string
  /** Makes the group of this name, or finds it, and sets its limits anew. Null when that cannot be done. */
  open(name: string, limits: CgroupLimits): Cgroup | null
  /** Removes empty groups whose names begin so and that are older: what was left by those who died and never came back. */
  sweep(prefix: string, olderThanMs: number): void
}

const PREFIX = 'easel-'
const KILL_MS = 5_000
const MIB = 1024 * 1024

/**
 * Moves the shell into each group named before `--` and then becomes the program: same pid, so nothing escapes. The text is
 * fixed and comes with no variable of its own. A group that is not there is left out. PWD and the like are dropped
 * because the shell, not the person, has set them.
 */
const ENTER = 'while [ "$1" != -- ]; do { echo 0 > "$1/cgroup.procs"; } 2>/dev/null; shift; done; shift; unset PWD OLDPWD SHLVL; exec "$@"'

/** What this machine offers; null when it offers nothing. Looks once, so keep the answer. */
export function openCgroups(log: Log): Cgroups | null {
  const hierarchies = findHierarchies()
  if (hierarchies.length === 0) {
    log.info('this machine has no cgroups that Easel may use; processes are limited and found by other means')
    return null
  }
  let isSaid = false
  const complain = (cause: unknown, directory: string) => {
    if (!isSaid) log.warn({ directory, cause }, 'a cgroup could not be used, going on without it')
    isSaid = true
  }
  return {
    description: hierarchies.map(({ version, base, controllers }) => `v${version} ${base} (${controllers.join(', ') || 'membership only'})`).join('; '),
    open: (name, limits) => make(hierarchies, { name, limits, complain }),
    sweep(prefix, olderThanMs) {
      for (const { base } of hierarchies) for (const directory of olderIn(base, PREFIX + prefix, olderThanMs)) removeTree(directory)
    },
  }
}

/** A group by its folders, as noted earlier, maybe by another process. Those that are gone count as empty. */
export function cgroupAt(directories: readonly string[], held: Cgroup['held'] = { memory: false, cpu: false, pids: false }): Cgroup {
  const members = () => [...new Set(directories.flatMap(treeOf).flatMap(readMembers))].filter((pid) => pid > 0 && pid !== process.pid)
  return {
    directories,
    held,
    enter: (argv) => ['/bin/sh', '-c', ENTER, 'sh', ...directories, '--', ...argv],
    members,
    kill: (signal) => killAll(directories, members, signal),
    memoryKills: () => Math.max(0, ...directories.map(memoryKillsIn)),
    remove: () => directories.map(removeTree).every(Boolean),
  }
}

type Request = { name: string; limits: CgroupLimits; complain: (cause: unknown, directory: string) => void }

function make(hierarchies: readonly Hierarchy[], { name, limits, complain }: Request): Cgroup | null {
  if (!/^[A-Za-z0-9._-]{1,120}$/.test(name)) throw new AppError('internal', `"${name}" cannot be the name of a group of processes.`)
  const held = { memory: false, cpu: false, pids: false }
  const directories = hierarchies.flatMap((hierarchy) => {
    const directory = join(hierarchy.base, PREFIX + name)
    try {
      if (!existsSync(directory)) mkdirSync(directory)
    } catch (cause) {
      complain(cause, directory)
      return []
    }
    for (const controller of hierarchy.controllers) {
      const settings = settingsOf(controller, hierarchy.version, limits)
      for (const { file, value, isBonus } of settings) {
        try {
          writeFileSync(join(directory, file), value)
          if (!isBonus) held[controller] = true
        } catch (cause) {
          if (!isBonus) complain(cause, directory)
        }
      }
    }
    return [directory]
  })
  return directories.length === 0 ? null : cgroupAt(directories, held)
}

type Setting = { file: string; value: string; /** Not on every machine. */ isBonus?: boolean }

function settingsOf(controller: Hierarchy['controllers'][number], version: 1 | 2, { memoryMib, cpuShare, pidsMax }: CgroupLimits): Setting[] {
  const isV2 = version === 2
  if (controller === 'pids') return pidsMax === undefined ? [] : [{ file: 'pids.max', value: String(pidsMax) }]
  if (controller === 'cpu') {
    if (cpuShare === undefined) return []
    return [isV2 ? { file: 'cpu.weight', value: String(Math.max(1, Math.round(100 * cpuShare))) } : { file: 'cpu.shares', value: String(Math.max(2, Math.round(1024 * cpuShare))) }]
  }
  if (memoryMib === undefined) return []
  const bytes = String(memoryMib * MIB)
  // Without the other limit a group would go on in swap, and slow down everybody, instead of reaching its limit.
  if (isV2) return [{ file: 'memory.max', value: bytes }, { file: 'memory.swap.max', value: '0', isBonus: true }]
  // In version 1 it must never be the lower of the two, whichever way both are moved.
  const both = { file: 'memory.memsw.limit_in_bytes', value: bytes, isBonus: true }
  return [both, { file: 'memory.limit_in_bytes', value: bytes }, both]
}

async function killAll(directories: readonly string[], members: () => number[], signal?: AbortSignal): Promise<void> {
  const limits = directories.map((directory) => join(directory, 'pids.max')).map((file) => ({ file, before: readOrEmpty(file).trim() }))
  // Nothing new is born while the others end; without this a fork bomb could outrun the loop.
  for (const { file } of limits) tryWrite(file, '0')
  try {
    const until = performance.now() + KILL_MS
    for (let round = 0; ; round++) {
      const living = members()
      if (living.length === 0) return
      if (performance.now() > until) throw stuck(living)
      // All at once where the kernel can (5.14), and always one by one, for those whose group is only in another tree.
      for (const directory of directories) tryWrite(join(directory, 'cgroup.kill'), '1')
      for (const pid of living) sendKill(pid)
      await sleep(Math.min(5 + round * 5, 50), undefined, { signal })
    }
  } finally {
    for (const { file, before } of limits) tryWrite(file, before)
  }
}

function stuck(pids: number[]): AppError {
  return new AppError('unavailable', `Process ${pids.join(', ')} does not end, even when killed. Look at it on the machine; it may wait for a device.`, { detail: { pids } })
}

function sendKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ESRCH' && code !== 'EPERM') throw error
  }
}

function tryWrite(file: string, value: string): void {
  try {
    if (existsSync(file)) writeFileSync(file, value)
  } catch {
    // The group is gone, or the kernel refuses: the loop around finds out.
  }
}

function readMembers(directory: string): number[] {
  return readOrEmpty(join(directory, 'cgroup.procs')).split('\n').filter(Boolean).map(Number)
}

/** A group and the groups that its own processes may have made in it, deepest first. */
function treeOf(directory: string): string[] {
  try {
    const children = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    return [...children.flatMap((entry) => treeOf(join(directory, entry.name))), directory]
  } catch {
    return []
  }
}

function olderIn(base: string, beginning: string, olderThanMs: number): string[] {
  const before = Date.now() - olderThanMs
  return readdirSync(base)
    .filter((name) => name.startsWith(beginning))
    .map((name) => join(base, name))
    .filter((directory) => (statSync(directory, { throwIfNoEntry: false })?.mtimeMs ?? before) < before)
}

function removeTree(directory: string): boolean {
  if (!basename(directory).startsWith(PREFIX)) return false
  try {
    for (const folder of treeOf(directory)) rmdirSync(folder)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT'
  }
}

/** Version 2 says it in memory.events, version 1 since Linux 4.13 in memory.oom_control. */
function memoryKillsIn(directory: string): number {
  const text = readOrEmpty(join(directory, 'memory.events')) + readOrEmpty(join(directory, 'memory.oom_control'))
  return Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0)
}
