import type { Task as Handler } from 'graphile-worker'
import { z } from 'zod'

import { byId } from '../db/queries/engine/deployments'
import { inspect } from '../provisioning/deploy/inspect'
import { runDeployment, type Sources } from '../provisioning/deploy/run-deployment'
import type { Engine } from '../provisioning/engine'
import { reconcile } from '../provisioning/reconcile/reconcile'
import { enqueue, type Task } from '../queue/jobs'

// What each job in the queue means. A handler that ends well is done with its job; one that throws is tried again later.

/** After as many attempts an error that is not the person's ends the deployment. */
const DEPLOYMENT_ATTEMPTS = 4
const INSPECT_ATTEMPTS = 3
const BUSY_MS = 2_000

const DeploymentPayload = z.object({ deploymentId: z.string() })
const EnvironmentPayload = z.object({ environmentId: z.string() })
const ServicePayload = z.object({ serviceId: z.string() })

export type Tasks = Record<Task, Handler>

export function makeTasks(engine: Engine, sources: Sources): Tasks {
  const runOne: Handler = async (payload, { job }) => {
    const { deploymentId } = DeploymentPayload.parse(payload)
    const end = await runDeployment(engine, deploymentId, { ...sources, isLastAttempt: job.attempts >= DEPLOYMENT_ATTEMPTS })
    if (end === 'done') return
    // A new job, free of the attempts of this one: it was not at fault.
    const deployment = await byId(engine.db, deploymentId)
    if (deployment) await enqueue(engine.db, { task: 'run-deployment', deploymentId, serviceId: deployment.serviceId, at: end === 'busy' ? new Date(Date.now() + BUSY_MS) : undefined })
  }
  const lookAt: Handler = (payload) => reconcile(engine, EnvironmentPayload.parse(payload).environmentId, sources.shutdown)
  return {
    'run-deployment': runOne,
    'release-deployment': runOne,
    reconcile: lookAt,
    'look-again': lookAt,
    inspect: async (payload, { job }) => {
      const { serviceId } = ServicePayload.parse(payload)
      await inspect(engine, serviceId, { shutdown: sources.shutdown, isLastAttempt: job.attempts >= INSPECT_ATTEMPTS }).catch(async (error: unknown) => {
        if (!sources.shutdown.aborted) throw error
        await enqueue(engine.db, { task: 'inspect', serviceId })
      })
    },
  }
}
