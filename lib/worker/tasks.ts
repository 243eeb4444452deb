import type { Task as Handler } from 'graphile-worker'
import { z } from 'zod'

import { byId, putOffOf } from '../db/queries/engine/deployments'
import { inspect } from '../provisioning/deploy/inspect'
import { runDeployment, type Sources } from '../provisioning/deploy/run-deployment'
import type { Engine } from '../provisioning/engine'
import { reconcile } from '../provisioning/reconcile/reconcile'
import { enqueue, type Task } from '../queue/jobs'
import { oneAtATime } from './one-at-a-time'

// What each job in the queue means. A handler that ends well is done with its job; one that throws is tried again later, and
// after its last attempt the job stays in the queue with what it said.

const BUSY_MS = 2_000

const DeploymentPayload = z.object({ deploymentId: z.string() })
const EnvironmentPayload = z.object({ environmentId: z.string() })
const ServicePayload = z.object({ serviceId: z.string() })

export type Tasks = Record<Task, Handler>

export function makeTasks(engine: Engine, sources: Sources): Tasks {
  const runOne: Handler = async (payload, { job }) => {
    const { deploymentId } = DeploymentPayload.parse(payload)
    const deployment = await byId(engine.db, deploymentId)
    const end = await runDeployment(engine, deploymentId, { ...sources, isLastAttempt: isLast(job) })
    if (!deployment) return
    const { serviceId } = deployment
    // A new job, free of the attempts of this one: it was not at fault.
    if (end !== 'done') return enqueue(engine.db, { task: 'run-deployment', deploymentId, serviceId, at: end === 'busy' ? soon(engine) : undefined })
    // Those that found this one at work need not wait any longer.
    for (const id of await putOffOf(engine.db, serviceId)) await enqueue(engine.db, { task: 'run-deployment', deploymentId: id, serviceId })
  }
  const lookAt = oneAtATime((environmentId) => reconcile(engine, environmentId, sources.shutdown))
  const lookAtOne: Handler = (payload) => lookAt(EnvironmentPayload.parse(payload).environmentId)
  return {
    'run-deployment': runOne,
    'release-deployment': runOne,
    reconcile: lookAtOne,
    'look-again': lookAtOne,
    inspect: async (payload, { job }) => {
      const { serviceId } = ServicePayload.parse(payload)
      const end = await inspect(engine, serviceId, { shutdown: sources.shutdown, isLastAttempt: isLast(job) }).catch((error: unknown) => {
        if (sources.shutdown.aborted) return 'busy' as const
        throw error
      })
      if (end === 'busy') await enqueue(engine.db, { task: 'inspect', serviceId, at: soon(engine) })
    },
  }
}

function isLast(job: { attempts: number; max_attempts: number }): boolean {
  return job.attempts >= job.max_attempts
}

function soon({ now }: Engine): Date {
  return new Date(now().getTime() + BUSY_MS)
}
