import { DeploymentFailure, type FailureReason } from '../../../domain/failure'
import { lastLines } from './last-lines'

// What the end of a command means. Pure: everything that was seen comes in as a value.

export type Ending = {
  /** The command as the person wrote it. */
  shown: string
  code: number | null
  signal: string | null
  timedOut: boolean
  timeoutMs: number
  /** Its last lines, masked. */
  output: readonly string[]
  memory: { limitMib: number; /** Its processes that the kernel ended for want of memory. */ kills: number; /** What it held when it was ended for holding too much. */ overMib: number | null }
  /** Free space where it worked; null when that could not be asked. */
  freeBytes: number | null
  /** The reason when nothing else is known but a bad end. */
  otherwise: Extract<FailureReason, 'install_failed' | 'build_failed'>
}

const HEAP = /JavaScript heap out of memory|Cannot allocate memory|\bENOMEM\b|std::bad_alloc/
// ENOSPC is also what Linux answers when there are too many file watchers.
const DISK = /no space left on device|\bENOSPC\b(?!.*watch)|disk quota exceeded|\bEDQUOT\b/i
const ASSERTION = /assert/i
const FULL_BYTES = 1024 * 1024

/** Why a command failed; null when it did not. */
export function explainEnding(ending: Ending): DeploymentFailure | null {
  const { shown, memory } = ending
  const limit = `One build may use ${memory.limitMib} MiB here (EASEL_BUILD_MEMORY_MIB).`
  if (memory.overMib !== null) return new DeploymentFailure('out_of_memory', `${shown} held ${memory.overMib} MiB of memory and was ended. ${limit}`)
  if (ending.timedOut) return new DeploymentFailure('build_timeout', `${shown} was still running after ${duration(ending.timeoutMs)} and was ended.`)
  if (ending.code === 0) return null
  const said = (pattern: RegExp) => ending.output.findLast((line) => pattern.test(line))?.trim().slice(0, 300)
  if (memory.kills > 0) return new DeploymentFailure('out_of_memory', `${shown} wanted more memory than it may have, so the kernel ended ${memory.kills === 1 ? 'one of its processes' : `${memory.kills} of its processes`}. ${limit}`)
  const disk = said(DISK)
  if (disk !== undefined) return new DeploymentFailure('disk_full', `${shown} found no space left on the disk: ${disk}`)
  if (ending.freeBytes !== null && ending.freeBytes < FULL_BYTES) return new DeploymentFailure('disk_full', `${shown} ${how(ending)}, and the disk that it works on is full.`)
  const heap = said(HEAP)
  if (heap !== undefined) return new DeploymentFailure('out_of_memory', `${shown} ran out of memory: ${heap} ${limit}`)
  if (isKilled(ending)) return new DeploymentFailure('out_of_memory', `${shown} ${how(ending)}, as happens when the machine has no memory left. ${limit}`)
  if (isAborted(ending) && said(ASSERTION) === undefined) return new DeploymentFailure('out_of_memory', `${shown} ${how(ending)}, as Node does when its memory is used up. ${limit}`)
  return new DeploymentFailure(ending.otherwise, `${shown} ${how(ending)}.${telling(ending.output)}`)
}

function how({ code, signal }: Ending): string {
  return code === null ? `was ended by ${signal}` : `ended with code ${code}`
}

/** A shell in between reports a death by signal as 128 + its number. */
function isKilled({ code, signal }: Ending): boolean {
  return signal === 'SIGKILL' || code === 137
}

function isAborted({ code, signal }: Ending): boolean {
  return signal === 'SIGABRT' || code === 134
}

function telling(output: readonly string[]): string {
  const last = lastLines()
  for (const line of output) last.push(line)
  const line = last.telling()
  return line === '' ? '' : ` ${line}`
}

export function duration(ms: number): string {
  return ms < 120_000 ? `${Math.round(ms / 1000)} seconds` : `${Math.round(ms / 60_000)} minutes`
}
