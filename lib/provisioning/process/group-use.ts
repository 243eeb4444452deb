import { join } from 'node:path'

import { readOrEmpty } from './cgroup-hierarchies'

// What a group of processes uses: as the kernel counts it for the group (cgroups) where it does, otherwise added up from
// what it says of each process. Null: the machine does not say.

export type GroupUse = { memoryBytes: number | null; cpuUs: number | null; pids: number; disk: DiskUse | null }
/** Bytes from and to disks. What a process that has ended did is in it only where the kernel counts for the group. */
export type DiskUse = { readBytes: number; writtenBytes: number }

/** `directories`: folders of its cgroup in each tree, none where there is no such group. `pids`: its living processes. */
export function groupUse(directories: readonly string[], pids: readonly number[]): GroupUse {
  return {
    memoryBytes: first(directories, cgroupMemory) ?? sum(pids.map(residentBytes)),
    cpuUs: first(directories, cgroupCpu) ?? sum(pids.map(processorUs)),
    pids: pids.length,
    disk: cgroupDisk(directories) ?? sumOfDisks(pids.map(processDisk)),
  }
}

/** Without what is only kept from files because there is room; it goes when somebody else needs it. */
function cgroupMemory(directory: string): number | null {
  const used = numberIn(join(directory, 'memory.current')) ?? numberIn(join(directory, 'memory.usage_in_bytes'))
  if (used === null) return null
  const stat = readOrEmpty(join(directory, 'memory.stat'))
  const inactive = Number((/^total_inactive_file (\d+)$/m.exec(stat) ?? /^inactive_file (\d+)$/m.exec(stat))?.[1] ?? 0)
  return Math.max(0, used - inactive)
}

function cgroupCpu(directory: string): number | null {
  const usage = /^usage_usec (\d+)$/m.exec(readOrEmpty(join(directory, 'cpu.stat')))?.[1]
  if (usage !== undefined) return Number(usage)
  const nanoseconds = numberIn(join(directory, 'cpuacct.usage'))
  return nanoseconds === null ? null : Math.round(nanoseconds / 1000)
}

/** A line for each disk, such as `8:0 rbytes=4096 wbytes=0 rios=1 …`; no line before it is used. */
function cgroupDisk(directories: readonly string[]): DiskUse | null {
  for (const directory of directories) {
    const stat = readOrEmpty(join(directory, 'io.stat'))
    if (stat === '') continue
    const total = (name: string) => Array.from(stat.matchAll(new RegExp(`\\b${name}=(\\d+)`, 'g')), (match) => Number(match[1])).reduce((sum_, bytes) => sum_ + bytes, 0)
    return { readBytes: total('rbytes'), writtenBytes: total('wbytes') }
  }
  return null
}

function processDisk(pid: number): DiskUse | null {
  const text = readOrEmpty(`/proc/${pid}/io`)
  const [read, written] = [/^read_bytes: (\d+)$/m.exec(text)?.[1], /^write_bytes: (\d+)$/m.exec(text)?.[1]]
  return read === undefined || written === undefined ? null : { readBytes: Number(read), writtenBytes: Number(written) }
}

function residentBytes(pid: number): number | null {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readOrEmpty(`/proc/${pid}/status`))?.[1]
  return kib === undefined ? null : Number(kib) * 1024
}

/** The kernel counts user and system time in hundredths of a second, whatever its own clock is. */
function processorUs(pid: number): number | null {
  const line = readOrEmpty(`/proc/${pid}/stat`)
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ')
  const [user, system] = [Number(fields[11]), Number(fields[12])]
  return line === '' || Number.isNaN(user + system) ? null : (user + system) * 10_000
}

function numberIn(file: string): number | null {
  const text = readOrEmpty(file).trim()
  return /^\d+$/.test(text) ? Number(text) : null
}

function first(directories: readonly string[], read: (directory: string) => number | null): number | null {
  for (const directory of directories) {
    const found = read(directory)
    if (found !== null) return found
  }
  return null
}

function sumOfDisks(parts: readonly (DiskUse | null)[]): DiskUse | null {
  const readBytes = sum(parts.map((part) => part?.readBytes ?? null))
  const writtenBytes = sum(parts.map((part) => part?.writtenBytes ?? null))
  return readBytes === null || writtenBytes === null ? null : { readBytes, writtenBytes }
}

/** Of processes that ended meanwhile nothing is known; null when of none. */
function sum(parts: readonly (number | null)[]): number | null {
  const known = parts.filter((part) => part !== null)
  return known.length === 0 ? null : known.reduce((total, part) => total + part, 0)
}
