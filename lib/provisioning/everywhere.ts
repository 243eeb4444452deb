import type { Log } from '../log'
import type { LogFile, ObservedWorkload, RuntimeDriver, Use } from './runtime/driver'
import type { Target, Targets } from './targets'

// What concerns all targets at once. One that does not answer hinders no other one: it is left out of what is answered,
// and waited for no longer than `WAIT_MS`.

const WAIT_MS = 5_000

type All = { targets: Targets; log: Log }

/** Asks every target side by side; those that do not answer in time are told apart from those that have nothing. */
async function askAll<T>({ targets, log }: All, question: (target: Target, signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<{ target: Target; answer: T | null }[]> {
  const each = await targets.all()
  return Promise.all(
    each.map(async (target) => {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(WAIT_MS)])
      const answer = await Promise.race([question(target, limit), aborted(limit)]).catch((cause: unknown) => {
        // Whether it answers is written down, and told when it changes, by whoever checks targets.
        if (!signal.aborted) log.debug({ target: target.id, cause }, 'a target did not answer')
        return null
      })
      return { target, answer }
    }),
  )
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error)
    else signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
}

/** Everything of ours on every target that answers. */
export async function observeAll(all: All, signal: AbortSignal): Promise<{ target: Target; seen: ObservedWorkload }[]> {
  const answers = await askAll(all, (target, limit) => target.driver.observe(null, limit), signal)
  return answers.flatMap(({ target, answer }) => (answer ?? []).map((seen) => ({ target, seen })))
}

/** What everything of ours uses, on every target that answers. */
export async function measureAll(all: All, signal: AbortSignal): Promise<Use[]> {
  const answers = await askAll(all, ({ driver }, limit) => driver.use(limit), signal)
  return answers.flatMap(({ answer }) => answer ?? [])
}

/** Where captured output is found, as the collector wants it. */
export type Outputs = Pick<RuntimeDriver, 'logFiles' | 'watch'>

/** The captured output of all targets. Of one that does not answer the files last known: they are not gone because of that. */
export function outputsOf(all: All): Outputs {
  const known = new Map<string, LogFile[]>()
  return {
    async logFiles(signal) {
      const answers = await askAll(all, (target, limit) => target.driver.logFiles(limit), signal)
      for (const { target, answer } of answers) if (answer !== null) known.set(target.id, answer)
      const present = new Set(answers.map(({ target }) => target.id))
      for (const id of known.keys()) if (!present.has(id)) known.delete(id)
      return [...known.values()].flat()
    },
    watch: (onChange) => all.targets.watch(onChange),
  }
}

/**
 * A driver for an environment that no row names any more: what is left of it may be on any target. Each call goes to all
 * that answer, for absent is success everywhere; nothing is ever started through it.
 */
export function strayDriver(all: All): RuntimeDriver {
  const each = async (call: (driver: RuntimeDriver, limit: AbortSignal) => Promise<void>, signal: AbortSignal) => {
    // Ending takes as long as its grace: no limit besides the caller's.
    const answers = await Promise.allSettled((await all.targets.all()).map(({ driver }) => call(driver, signal)))
    const lost = answers.find((answer) => answer.status === 'rejected')
    if (lost && answers.every((answer) => answer.status === 'rejected')) throw lost.reason
  }
  return {
    capabilities: { kind: 'process', volumes: false, exec: false, overlap: true, isolation: 'none', limits: false, replicas: false, ports: 'machine', artifacts: 'folders' },
    probe: async () => ({ ok: true }),
    ensureNetwork: async () => undefined,
    forgetEnvironment: (environmentId, signal) => each((driver, limit) => driver.forgetEnvironment(environmentId, limit), signal),
    apply: () => Promise.reject(new Error('Nothing is started in an environment that does not exist.')),
    remove: (ref, graceMs, signal) => each((driver, limit) => driver.remove(ref, graceMs, limit), signal),
    stop: (ref, graceMs, signal) => each((driver, limit) => driver.stop(ref, graceMs, limit), signal),
    forget: (serviceId, signal) => each((driver, limit) => driver.forget(serviceId, limit), signal),
    async observe(environmentId, signal) {
      const answers = await askAll(all, ({ driver }, limit) => driver.observe(environmentId, limit), signal)
      return answers.flatMap(({ answer }) => answer ?? [])
    },
    logFiles: async () => [],
    use: async () => [],
    watch: () => () => undefined,
    close: async () => undefined,
  }
}
