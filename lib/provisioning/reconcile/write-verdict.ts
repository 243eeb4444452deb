import type { EnvironmentRows, ServiceRow } from '../../db/queries/engine/desired'
import * as verdicts from '../../db/queries/engine/verdicts'
import type { Db } from '../../db/connection'
import type { Engine } from '../engine'
import type { DeploymentVerdict, Verdict } from '../planner/world'
import { part } from '../step-in'
import { publishRoutesAsOf } from './publish-routes'
import { restoreFormer } from './restore-former'
import { tell } from './tell'
import { writeServiceVerdict } from './write-service-verdict'

const PUBLISH_MS = 3_000

/** Whether a verdict ends a target, which raises the generation of its service. */
export function isFinal(verdict: Verdict): boolean {
  return verdict.kind === 'failed' || verdict.kind === 'cancelled' || verdict.kind === 'hand_back'
}

/**
 * Writes a conclusion, unless desired state has changed since it was drawn; then nothing happens and the answer is false.
 * Activation retires the former version in the same transaction, and is seen by nobody before traffic has moved; a proxy
 * that cannot be told now is told later.
 */
export async function writeVerdict(engine: Engine, rows: EnvironmentRows, service: ServiceRow, verdict: Verdict): Promise<boolean> {
  return part(engine, `verdict:${verdict.kind}`, () => writeOnce(engine, rows, service, verdict))
}

async function writeOnce(engine: Engine, rows: EnvironmentRows, service: ServiceRow, verdict: Verdict): Promise<boolean> {
  const now = engine.now()
  return engine.db.transaction(async (tx) => {
    if (!(await verdicts.lockService(tx, service.id, service.generation))) return false
    const written = 'deploymentId' in verdict && verdict.kind !== 'run_due' ? await write(engine, tx, { rows, service, verdict, now }) : await writeServiceVerdict(tx, service, verdict, now)
    if (!written) return false
    if (verdict.kind === 'active') await moveTraffic(engine, tx, service, verdict.deploymentId)
    await tell(tx, { rows, service, verdict, now })
    await engine.at?.(`verdict:${verdict.kind}:during`)
    engine.log.info({ service: service.id, deployment: 'deploymentId' in verdict ? verdict.deploymentId : undefined, verdict: verdict.kind, reason: verdict.kind === 'failed' ? verdict.reason : undefined }, 'verdict')
    return true
  })
}

/** Publishes the routes as they are with this version active, and measures how long requests were held for it. */
async function moveTraffic(engine: Engine, tx: Db, service: ServiceRow, deploymentId: string): Promise<void> {
  await publishRoutesAsOf(tx, engine, false, AbortSignal.timeout(PUBLISH_MS)).catch((cause: unknown) => engine.log.warn({ service: service.id, cause }, 'traffic could not be moved yet, will try again'))
  if (service.heldAt !== null) await verdicts.notePause(tx, deploymentId, Math.max(0, engine.now().getTime() - service.heldAt.getTime()))
}

type Writing = { rows: EnvironmentRows; service: ServiceRow; verdict: DeploymentVerdict; now: Date }

async function write(engine: Engine, tx: Db, { rows, service, verdict, now }: Writing): Promise<boolean> {
  const { deploymentId } = verdict
  const endStages = async (status: 'done' | 'failed' | 'cancelled', error: string | null) => {
    for (const name of ['prepare', 'start'] as const) await verdicts.endStage(tx, { deploymentId, name, status, error }, now)
  }
  switch (verdict.kind) {
    case 'active':
      if (!(await verdicts.activate(tx, { serviceId: service.id, deploymentId }, now))) return false
      await endStages('done', null)
      return true
    case 'failed':
      if (!(await verdicts.endRelease(tx, deploymentId, { status: 'failed', failure: verdict }, now))) return false
      await endStages('failed', verdict.message)
      await verdicts.handBack(tx, service.id, deploymentId)
      return true
    case 'cancelled':
      if (!(await verdicts.endRelease(tx, deploymentId, { status: 'cancelled' }, now))) return false
      await endStages('cancelled', null)
      await verdicts.handBack(tx, service.id, deploymentId)
      return true
    case 'hand_back':
      await endStages('cancelled', null)
      return verdicts.handBack(tx, service.id, deploymentId)
    case 'prepared':
      if (!(await verdicts.prepared(tx, deploymentId, now))) return false
      await verdicts.endStage(tx, { deploymentId, name: 'prepare', status: 'done', error: null }, now)
      await verdicts.beginStage(tx, deploymentId, 'start', now)
      return true
    case 'harmed':
      return (await verdicts.noteHarm(tx, deploymentId, verdict.harm)) && (await restoreFormer(engine, tx, { rows, service, harm: verdict.harm, now }))
  }
}
