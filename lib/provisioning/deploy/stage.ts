import * as stages from '../../db/queries/engine/stages'
import type { Db } from '../../db/connection'
import { STAGE_TITLE, type StageName } from '../../domain/deployment-status'
import { announce } from '../../events/announce'
import { part } from '../step-in'
import { failureIn } from './disk-full'
import { Interruption, type Run } from './run'
import { withinLimit, type StageLimits } from './stage-limits'

/** Does a part of a deployment within its time, and records its start, end and error. The only place that does. */
export function stage<T>(run: Run, name: keyof StageLimits, work: (run: Run) => Promise<T>): Promise<T> {
  return part(run.engine, `stage:${name}`, () => recorded(run, name, work))
}

async function recorded<T>(run: Run, name: keyof StageLimits, work: (run: Run) => Promise<T>): Promise<T> {
  const { engine, deployment } = run
  run.signal.throwIfAborted()
  await recordAndTell(run, (tx) => stages.start(tx, deployment.id, name, engine.now()))
  run.log.line('platform', STAGE_TITLE[name])
  const finish = (status: 'done' | 'failed' | 'cancelled', error: string | null) => recordAndTell(run, (tx) => stages.finish(tx, deployment.id, name, { status, error, at: engine.now() }))
  try {
    const result = await withinLimit(run, name, work)
    await engine.at?.(`stage:${name}:during`)
    await finish('done', null)
    return result
  } catch (error) {
    const reason: unknown = run.signal.aborted ? run.signal.reason : error
    if (reason instanceof Interruption) {
      // After a shutdown it goes on where it was; until then it counts as running.
      if (reason.kind === 'cancelled') await finish('cancelled', null)
      throw reason
    }
    await finish('failed', failureIn(error)?.message ?? 'The platform failed here.')
    throw error
  }
}

/** Records that a deployment does not need some stages. */
export async function skip(run: Run, names: readonly StageName[]): Promise<void> {
  await recordAndTell(run, async (tx) => {
    for (const name of names) await stages.skip(tx, run.deployment.id, name, run.engine.now())
  })
}

/** Writes something about the stages of a deployment, and says that there is news. */
export async function recordAndTell({ engine, deployment, place }: Run, work: (tx: Db) => Promise<void>): Promise<void> {
  await engine.db.transaction(async (tx) => {
    await work(tx)
    await announce(tx, { kind: 'deployment', environmentId: place.environmentId, deploymentId: deployment.id })
  })
}
