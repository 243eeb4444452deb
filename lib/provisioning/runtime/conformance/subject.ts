import { setTimeout as sleep } from 'node:timers/promises'

import type { ObservedWorkload, RuntimeDriver, Workload } from '../driver'

// What a runtime gives to be held against the suite, and how the suite looks at it.

export type AppKind =
  /** Listens on PORT and answers 200 until it is told otherwise; prints `up` to stdout and `careful` to stderr. */
  | 'serves'
  /** Never listens. */
  | 'silent'
  /** Listens nowhere, prints `up` to stdout, and runs until it is told to end: the program of a job. */
  | 'works'
  /** There is no such program. */
  | 'missing'

export type Subject = {
  driver: RuntimeDriver
  /** A new workload; every one of a service of its own unless the fields say otherwise. */
  workload(kind: AppKind, fields?: Partial<Workload>): Workload
  /** Program and arguments of a check of an app that serves: it passes while the app has not been made sick. */
  checkCommand: string[]
  /** Makes the app answer 500, or well again. */
  makeSick(workload: Workload): Promise<void>
  makeWell(workload: Workload): Promise<void>
  /** Makes the app end by itself. */
  exit(workload: Workload, code: number): Promise<void>
  /** Something foreign takes the port until the function returned is called. */
  takePort(port: number): Promise<() => Promise<void>>
  /** As after a restart of the worker: the former driver is gone, this one is on the same data. */
  reopen(): Promise<RuntimeDriver>
  dispose(): Promise<void>
}

export const GRACE_MS = 3_000
export const PATIENCE_MS = 15_000
export const never = new AbortController().signal

/** What a workload asks for beside its program: nothing. */
export const PLAIN = { names: [], reaches: 'all', limits: { memoryMib: null, cpuMilli: null, pids: null }, readOnly: false, mounts: [] } satisfies Partial<Workload>

/** Looks until a workload is as wanted; the error shows the last look. */
export async function untilSeen(
  driver: RuntimeDriver,
  name: string,
  wanted: (seen: ObservedWorkload) => boolean,
): Promise<ObservedWorkload> {
  const limit = Date.now() + PATIENCE_MS
  for (;;) {
    const seen = await find(driver, name)
    if (seen && wanted(seen)) return seen
    if (Date.now() > limit) throw new Error(`Not seen in time. Last look: ${JSON.stringify(seen)}`)
    await sleep(30)
  }
}

export async function find(driver: RuntimeDriver, name: string): Promise<ObservedWorkload | undefined> {
  return (await driver.observe(null, never)).find((seen) => seen.name === name)
}

/** A program that is not there: the machine says so at once, a container after it has looked. */
export async function endOf(driver: RuntimeDriver, { name }: Workload): Promise<ObservedWorkload | undefined> {
  return driver.capabilities.artifacts === 'images' ? untilSeen(driver, name, hasExited) : find(driver, name)
}

export const isHealthy = (seen: ObservedWorkload) => seen.phase === 'running' && seen.health === 'healthy'
export const hasExited = (seen: ObservedWorkload) => seen.phase === 'exited'
