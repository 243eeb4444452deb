import type { EnvironmentRows, ServiceRow } from '../../db/queries/engine/desired'
import * as verdicts from '../../db/queries/engine/verdicts'
import { append } from '../../db/queries/engine/log-lines'
import type { Db } from '../../db/connection'
import { announce } from '../../events/announce'
import { record } from '../../events/record'
import type { Engine } from '../engine'
import type { Verdict } from '../planner/world'
import { part } from '../step-in'
import { concerning } from './facts'
import { publishRoutesAsOf } from './publish-routes'

const PUBLISH_MS = 3_000

/**
 * Writes a conclusion on a deployment, unless desired state has changed since it was drawn; then nothing happens and the
 * answer is false. Activation retires the former version in the same transaction, and is seen by nobody before traffic
 * has moved; a proxy that cannot be told now is told later.
 */
export async function writeVerdict(engine: Engine, rows: EnvironmentRows, service: ServiceRow, verdict: Verdict): Promise<boolean> {
  return part(engine, `verdict:${verdict.kind}`, () => writeOnce(engine, rows, service, verdict))
}

async function writeOnce(engine: Engine, rows: EnvironmentRows, service: ServiceRow, verdict: Verdict): Promise<boolean> {
  const now = engine.now()
  return engine.db.transaction(async (tx) => {
    if (!(await verdicts.lockService(tx, service.id, service.generation))) return false
    if (!(await write(tx, service, verdict, now))) return false
    if (verdict.kind === 'active') {
      await publishRoutesAsOf(tx, engine, false, AbortSignal.timeout(PUBLISH_MS)).catch((cause: unknown) => engine.log.warn({ service: service.id, cause }, 'traffic could not be moved yet, will try again'))
    }
    await tell(tx, rows, service, verdict, now)
    await engine.at?.(`verdict:${verdict.kind}:during`)
    engine.log.info({ service: service.id, deployment: verdict.deploymentId, verdict: verdict.kind, reason: verdict.kind === 'failed' ? verdict.reason : undefined }, 'verdict on a deployment')
    return true
  })
}

async function write(tx: Db, service: ServiceRow, verdict: Verdict, now: Date): Promise<boolean> {
  const { deploymentId } = verdict
  const endStart = (status: 'done' | 'failed' | 'cancelled', error: string | null) => verdicts.endStage(tx, { deploymentId, name: 'start', status, error }, now)
  switch (verdict.kind) {
    case 'active':
      if (!(await verdicts.activate(tx, { serviceId: service.id, deploymentId }, now))) return false
      await endStart('done', null)
      return true
    case 'failed':
      if (!(await verdicts.endRelease(tx, deploymentId, { status: 'failed', failure: verdict }, now))) return false
      await endStart('failed', verdict.message)
      await verdicts.handBack(tx, service.id, deploymentId)
      return true
    case 'cancelled':
      if (!(await verdicts.endRelease(tx, deploymentId, { status: 'cancelled' }, now))) return false
      await endStart('cancelled', null)
      await verdicts.handBack(tx, service.id, deploymentId)
      return true
    case 'hand_back':
      await endStart('cancelled', null)
      return verdicts.handBack(tx, service.id, deploymentId)
  }
}

async function tell(tx: Db, rows: EnvironmentRows, service: ServiceRow, verdict: Verdict, now: Date): Promise<void> {
  const { deploymentId } = verdict
  const about = concerning(rows, service, deploymentId)
  await announce(tx, { kind: 'deployment', environmentId: service.environmentId, deploymentId })
  await announce(tx, { kind: 'graph', environmentId: service.environmentId })
  if (verdict.kind === 'hand_back') return
  await record(tx, 'platform', { ...about, type: `deployment.${verdict.kind}`, data: verdict.kind === 'failed' ? { reason: verdict.reason, message: verdict.message } : {} })
  await append(tx, service.id, [{ deploymentId, kind: 'runtime', stream: 'platform', at: now, text: sentence(verdict) }])
  await announce(tx, { kind: 'log', serviceId: service.id })
}

function sentence(verdict: Exclude<Verdict, { kind: 'hand_back' }>): string {
  if (verdict.kind === 'active') return 'It is healthy; traffic goes to this version.'
  return verdict.kind === 'failed' ? `This version was given up. ${verdict.message}` : 'The service was stopped while this version was starting.'
}
