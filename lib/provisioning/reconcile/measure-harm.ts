import type { EnvironmentRows } from '../../db/queries/engine/desired'
import { formerOf } from '../../db/queries/engine/former'
import { answeredBy, type Answered } from '../../db/queries/metrics'
import { bucketsOfKept } from '../../domain/latency-histogram'
import { answersOf, judgeHarm, type Count, type Harm } from '../../domain/harm'
import type { Engine } from '../engine'
import { after } from '../planner/world'
import type { Guarded } from './to-world'

/** How far back the former version is looked at. */
const BEFORE_MS = 15 * 60_000
/** Samples are written some seconds after what they tell of. */
const LATE_MS = 15_000

/** Compares versions that were released a moment ago with their former ones, where a service asks for it. By service. */
export async function measureHarm(engine: Pick<Engine, 'db' | 'now'>, rows: EnvironmentRows): Promise<Map<string, Guarded>> {
  const guarded = new Map<string, Guarded>()
  const deployments = new Map(rows.deployments.map((row) => [row.id, row]))
  for (const { id, environmentId, activeDeploymentId, targetDeploymentId } of rows.services) {
    const active = activeDeploymentId === null ? undefined : deployments.get(activeDeploymentId)
    const guard = active?.spec.settings.guard
    // Going back did no harm, or nothing would be left to go back to; and what is on its way takes its place anyhow.
    if (!active?.activatedAt || !guard || active.harm !== null || active.trigger === 'harm' || targetDeploymentId !== active.id) continue
    const until = after(active.activatedAt, guard.minutes * 60_000 + LATE_MS)
    if (engine.now() < until) guarded.set(id, { until, harm: await compare(engine, { id: active.id, environmentId, serviceId: id, activatedAt: active.activatedAt }) })
  }
  return guarded
}

async function compare({ db, now }: Pick<Engine, 'db' | 'now'>, active: { id: string; environmentId: string; serviceId: string; activatedAt: Date }): Promise<Harm | null> {
  const former = await formerOf(db, active.serviceId, active.activatedAt)
  if (!former) return null
  const of = { environmentId: active.environmentId, serviceId: active.serviceId }
  const before = answersOf(countOf(await answeredBy(db, { ...of, deploymentId: former.id, from: after(active.activatedAt, -BEFORE_MS), until: active.activatedAt })))
  const answers = answersOf(countOf(await answeredBy(db, { ...of, deploymentId: active.id, from: after(active.activatedAt, -LATE_MS), until: now() })))
  const found = judgeHarm(before, answers)
  if (!found) return null
  const message = `${found.message} Deployment ${former.number} takes its place again, and automatic deploys are held.`
  return { at: now().toISOString(), kind: found.kind, message, before, after: answers, restored: former.id }
}

function countOf({ requests, errors, latencies }: Answered): Count {
  return { requests, failed: errors, buckets: bucketsOfKept(latencies) }
}
