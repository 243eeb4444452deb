import { inArray } from 'drizzle-orm'

import { deployments } from '../db/schema/deployment'
import { heartbeats } from '../db/schema/observed'
import { enqueue } from '../queue/jobs'
import { toCome, type Ground } from './ground'

const RUNNER = 'demo-runner'

/** A worker that is at what is being built, and the jobs of all that is on its way: without them, operations would tell of deployments that nobody goes on with. */
export async function keepWork(ground: Ground): Promise<void> {
  const { db, sql } = ground.database
  const onTheirWay = await db.select({ id: deployments.id, serviceId: deployments.serviceId, status: deployments.status }).from(deployments).where(inArray(deployments.status, ['queued', 'building']))
  for (const { id, serviceId } of onTheirWay) await enqueue(db, { task: 'run-deployment', deploymentId: id, serviceId })
  const building = onTheirWay.flatMap(({ id, status }) => (status === 'building' ? [`deployment:${id}`] : []))
  await sql`update graphile_worker._private_jobs set locked_at = now(), locked_by = ${RUNNER}, attempts = 1 where key = any(${building})`
  await db.insert(heartbeats).values({ name: 'demo', kind: 'worker', at: toCome(ground), runnerIds: [RUNNER], detail: { ingress: { ok: true, message: 'It has the newest routing table.' }, runtime: { ok: true, message: 'It answers.' } } })
}
