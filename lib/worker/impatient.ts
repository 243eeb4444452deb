import { AppError } from '../errors'
import type { RuntimeDriver } from '../provisioning/runtime/driver'

const LIMIT_MS = 10_000
const PAUSE_MS = 15_000

/**
 * A driver whose looks give up after a while, and are refused at once for a while after that: an engine that swallows
 * everything would otherwise keep every runner waiting, each with one of its environments, and hinder those of the others.
 */
export function impatient(driver: RuntimeDriver, name: string, limitMs = LIMIT_MS): RuntimeDriver {
  let silentUntil = Number.NEGATIVE_INFINITY
  const refusal = () => new AppError('unavailable', `${name} does not answer. Check that its engine runs and that its address is right.`)
  return {
    ...driver,
    async observe(environmentId, signal) {
      if (performance.now() < silentUntil) throw refusal()
      const limit = AbortSignal.timeout(limitMs)
      const late = new Promise<never>((_, reject) => limit.addEventListener('abort', () => reject(refusal()), { once: true }))
      try {
        return await Promise.race([driver.observe(environmentId, AbortSignal.any([signal, limit])), late])
      } catch (cause) {
        if (!limit.aborted || signal.aborted) throw cause
        silentUntil = performance.now() + PAUSE_MS
        throw refusal()
      }
    },
  }
}
