import { setTimeout as sleep } from 'node:timers/promises'

import type { Task as Handler } from 'graphile-worker'
import { z } from 'zod'

import { deliverAlerts } from '../alerts/deliver'
import { byId, putOffOf } from '../db/queries/engine/deployments'
import { addTiming, noTimings, type Timings } from '../domain/timings'
import { lookAtBranch } from '../provisioning/branch/branch'
import { issueCertificate } from '../provisioning/certificate/issue'
import { inspect } from '../provisioning/deploy/inspect'
import { runDeployment, type Sources } from '../provisioning/deploy/run-deployment'
import type { Engine } from '../provisioning/engine'
import { reconcile } from '../provisioning/reconcile/reconcile'
import { rotate } from '../provisioning/rotation/rotate'
import { proveSnapshot } from '../provisioning/snapshot/prove'
import { restoreSnapshot } from '../provisioning/snapshot/restore'
import { removeSnapshot, takeSnapshot } from '../provisioning/snapshot/take'
import { enqueue, type Task } from '../queue/jobs'
import { traced, withinTrace } from '../trace'
import { oneAtATime } from './one-at-a-time'

// What each job in the queue means. A handler that ends well is done with its job; one that throws is tried again later, and
// after its last attempt the job stays in the queue with what it said.

const BUSY_MS = 2_000
const AWAY_MS = 500

const DeploymentPayload = z.object({ deploymentId: z.string() })
const EnvironmentPayload = z.object({ environmentId: z.string() })
const SnapshotPayload = z.object({ snapshotId: z.string(), environmentId: z.string() })
const RestorePayload = z.object({ restoreId: z.string(), environmentId: z.string() })
const RotationPayload = z.object({ rotationId: z.string(), serviceId: z.string() })
const ChannelPayload = z.object({ channelId: z.string() })
const DomainPayload = z.object({ domainId: z.string() })
const ServicePayload = z.object({ serviceId: z.string() })

export type Tasks = Record<Task, Handler>

/** `reconciled`: counts what looks at environments take. */
export function makeTasks(engine: Engine, sources: Sources, reconciled: Timings = noTimings()): Tasks {
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
  const lookAt = oneAtATime(async (environmentId) => {
    const began = performance.now()
    let failed = true
    try {
      await traced('reconcile', { attributes: { 'easel.environment': environmentId } }, () => reconcile(engine, environmentId, sources.shutdown))
      failed = false
    } finally {
      addTiming(reconciled, performance.now() - began, failed)
    }
  })
  // A job that was asked for again while it was at work is not tried again when it fails: the new one is to do it, and that
  // one ended at once because this one was at work. So it never fails.
  const lookAtOne: Handler = async (payload) => {
    const { environmentId } = EnvironmentPayload.parse(payload)
    const again = () => enqueue(engine.db, { task: 'look-again', environmentId, at: soon(engine) })
    await lookAt(environmentId).catch((cause: unknown) => {
      if (sources.shutdown.aborted) throw cause
      engine.log.warn({ environment: environmentId, cause }, 'environment could not be looked at, will look again')
      return untilDone(again, sources.shutdown)
    })
  }
  const inspectOne: Handler = async (payload, { job }) => {
    const { serviceId } = ServicePayload.parse(payload)
    const end = await inspect(engine, serviceId, { shutdown: sources.shutdown, isLastAttempt: isLast(job) }).catch((error: unknown) => {
      if (sources.shutdown.aborted) return 'busy' as const
      throw error
    })
    if (end === 'busy') await enqueue(engine.db, { task: 'inspect', serviceId, at: soon(engine) })
  }
  const rotateOne: Handler = async (payload, { job }) => {
    const { rotationId, serviceId } = RotationPayload.parse(payload)
    const end = await rotate(engine, rotationId, { shutdown: sources.shutdown, isLastAttempt: isLast(job) })
    if (end === 'wait') await enqueue(engine.db, { task: 'rotate', rotationId, serviceId, at: soon(engine) })
  }
  const takeOne: Handler = async (payload, { job }) => {
    const { snapshotId, environmentId } = SnapshotPayload.parse(payload)
    const end = await takeSnapshot(engine, snapshotId, { ...sources, isLastAttempt: isLast(job) })
    if (end === 'busy') await enqueue(engine.db, { task: 'take-snapshot', snapshotId, environmentId, at: soon(engine) })
  }
  const restoreOne: Handler = async (payload, { job }) => {
    const { restoreId, environmentId } = RestorePayload.parse(payload)
    const end = await restoreSnapshot(engine, restoreId, { ...sources, isLastAttempt: isLast(job) })
    if (end === 'busy') await enqueue(engine.db, { task: 'restore-snapshot', restoreId, environmentId, at: soon(engine) })
  }
  const proveOne: Handler = async (payload, { job }) => {
    const { snapshotId, environmentId } = SnapshotPayload.parse(payload)
    const end = await proveSnapshot(engine, snapshotId, { ...sources, isLastAttempt: isLast(job) })
    if (end === 'busy') await enqueue(engine.db, { task: 'prove-snapshot', snapshotId, environmentId, at: soon(engine) })
  }
  const removeOne: Handler = (payload) => removeSnapshot(engine, SnapshotPayload.parse(payload).snapshotId, sources.shutdown)
  const branchOne: Handler = async (payload) => {
    const { environmentId } = EnvironmentPayload.parse(payload)
    if ((await lookAtBranch(engine, environmentId)) === 'wait') await enqueue(engine.db, { task: 'branch', environmentId, at: soon(engine) })
  }
  const deliverOne: Handler = async (payload) => {
    const { channelId } = ChannelPayload.parse(payload)
    const at = await deliverAlerts({ ...engine, allowsPrivate: engine.config.alertsToPrivate }, channelId, sources.shutdown)
    if (at !== null) await enqueue(engine.db, { task: 'deliver-alerts', channelId, at })
  }
  // How it ended is in its order; when it is tried again, `renewCertificates` says.
  const issueOne: Handler = async (payload) => void (await issueCertificate(engine, DomainPayload.parse(payload).domainId, sources.shutdown))
  const told = (handler: Handler) => asPartOfItsTrace(toldToTheDatabase(engine, sources.shutdown, handler))
  return { 'run-deployment': told(runOne), 'release-deployment': told(runOne), reconcile: told(lookAtOne), 'look-again': told(lookAtOne), inspect: told(inspectOne), 'take-snapshot': told(takeOne), 'restore-snapshot': told(restoreOne), 'prove-snapshot': told(proveOne), 'remove-snapshot': told(removeOne), rotate: told(rotateOne), branch: told(branchOne), 'deliver-alerts': told(deliverOne), 'issue-certificate': told(issueOne) }
}

/** What caused the job and what it does are one trace. */
function asPartOfItsTrace(handler: Handler): Handler {
  return (payload, helpers) => {
    const { trace, ...ids } = payload as Record<string, unknown>
    const { task_identifier: task, attempts } = helpers.job
    const about = Object.fromEntries(Object.entries(ids).map(([name, id]) => [`easel.${name.replace(/Id$/, '')}`, String(id)]))
    return withinTrace(trace, () => traced(`job ${task}`, { kind: 'consumer', attributes: { ...about, 'easel.attempt': attempts } }, async () => handler(payload, helpers)))
  }
}

/** Ends only when the database can be told how it ended: the queue gives up the place of a job whose end it cannot write. */
function toldToTheDatabase({ sql }: Engine, shutdown: AbortSignal, handler: Handler): Handler {
  return async (...args) => {
    try {
      return await handler(...args)
    } finally {
      while (!shutdown.aborted && !(await sql`select 1`.then(() => true, () => false))) await sleep(AWAY_MS)
    }
  }
}

/** Tries until it is done, or the worker ends. */
async function untilDone(work: () => Promise<void>, shutdown: AbortSignal): Promise<void> {
  while (!(await work().then(() => true, () => false))) {
    shutdown.throwIfAborted()
    await sleep(AWAY_MS)
  }
}

function isLast(job: { attempts: number; max_attempts: number }): boolean {
  return job.attempts >= job.max_attempts
}

function soon({ now }: Engine): Date {
  return new Date(now().getTime() + BUSY_MS)
}
