import type { Config } from '../../config'
import { STAGE_TITLE, type StageName } from '../../domain/deployment-status'
import { DeploymentFailure } from '../../domain/failure'
import { duration } from '../build/execute/explain-ending'
import type { Run } from './run'

const MINUTE_MS = 60_000

/** How long each stage may take. The commands of install and build have a limit of their own, EASEL_BUILD_TIMEOUT_S; what is around them gets the rest. */
export function stageLimitsMs({ buildTimeoutMs }: Pick<Config, 'buildTimeoutMs'>): StageLimits {
  return { fetch: 10 * MINUTE_MS, detect: 2 * MINUTE_MS, install: buildTimeoutMs + 10 * MINUTE_MS, build: buildTimeoutMs + 10 * MINUTE_MS, release: MINUTE_MS }
}

export type StageLimits = Record<Exclude<StageName, 'snapshot' | 'prepare' | 'start'>, number>

/** For what is told to end: its commands are asked, then killed, and waited for. What does not end even then is left behind. */
const LATE_MS = 15_000

/** Does the work of a stage with a signal that also aborts when its time is up; rejects with the reason of that signal. */
export async function withinLimit<T>(run: Run, name: keyof StageLimits, work: (run: Run) => Promise<T>): Promise<T> {
  const limit = new AbortController()
  const ms = run.limitsMs[name]
  const timer = setTimeout(() => limit.abort(new DeploymentFailure('timed_out', `${STAGE_TITLE[name]} took longer than ${duration(ms)} and was ended.`)), ms)
  const signal = AbortSignal.any([run.signal, limit.signal])
  let late: NodeJS.Timeout | undefined
  const stuck = new Promise<never>((_, reject) => signal.addEventListener('abort', () => (late = setTimeout(() => reject(signal.reason as Error), LATE_MS)), { once: true }))
  try {
    return await Promise.race([work({ ...run, signal }), stuck])
  } catch (error) {
    throw signal.aborted ? signal.reason : error
  } finally {
    clearTimeout(timer)
    clearTimeout(late)
  }
}
