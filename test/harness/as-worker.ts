import type { Database } from '../../lib/db/connection'
import { newId } from '../../lib/ids'

// What the worker would write, for tests of what operations make of it. No worker runs beside these tests.

const RECIPE = {
  version: 1, provider: 'node', framework: 'express', packageManager: 'npm', nodeRange: null, rootDirectory: '', install: [], build: [],
  start: { kind: 'command', argv: ['node', 'server.js'], env: {} }, cacheDirectories: [], decisions: [], notes: [],
}

/** A deployment is built: it has an artifact and is the target. */
export async function releaseAsWorker({ sql }: Database, serviceId: string, deploymentId: string): Promise<string> {
  const artifactId = newId('artifact')
  await sql`insert into artifacts (id, service_id, start, working_directory, size_bytes) values (${artifactId}, ${serviceId}, ${JSON.stringify(RECIPE.start)}::jsonb, '', 1000)`
  await sql`update deployments set status = 'releasing', artifact_id = ${artifactId}, recipe = ${JSON.stringify(RECIPE)}::jsonb, started_at = now(), released_at = now() where id = ${deploymentId}`
  await sql`insert into stages (deployment_id, name, status, started_at, finished_at) values (${deploymentId}, 'fetch', 'done', now() - interval '2 seconds', now() - interval '1 second')`
  await sql`insert into stages (deployment_id, name, status, started_at) values (${deploymentId}, 'start', 'running', now())`
  await sql`update services set target_deployment_id = ${deploymentId}, generation = generation + 1 where id = ${serviceId}`
  return artifactId
}

/** A released deployment became healthy and serves. */
export async function activateAsWorker({ sql }: Database, serviceId: string, deploymentId: string): Promise<void> {
  await sql`update deployments set status = 'retired', retired_at = now() where service_id = ${serviceId} and status = 'active'`
  await sql`update deployments set status = 'active', activated_at = now(), finished_at = now() where id = ${deploymentId}`
  await sql`update stages set status = 'done', finished_at = now() where deployment_id = ${deploymentId} and status = 'running'`
  await sql`update services set active_deployment_id = ${deploymentId} where id = ${serviceId}`
}

type Seen = {
  phase: 'starting' | 'running' | 'exited'
  health: 'unknown' | 'healthy' | 'unhealthy'
  role?: 'service' | 'job'
  /** Number of the replica, or what else it is. */
  part?: string
  exitCode?: number | null
  crashes?: number
}

/** The runtime shows a process for a deployment. */
export async function observeAsWorker({ sql }: Database, serviceId: string, deploymentId: string, { phase, health, role = 'service', part = '0', exitCode = null, crashes = 0 }: Seen): Promise<void> {
  const [service] = await sql`select environment_id, generation from services where id = ${serviceId}`
  const exitedAt = phase === 'exited' ? new Date().toISOString() : null
  await sql`
    insert into workloads (name, environment_id, service_id, deployment_id, role, part, generation, phase, health, exit_code, exited_at, crashes, first_seen_at, changed_at, observed_at)
    values (${`easel-${deploymentId}-${part}`}, ${service!.environment_id as string}, ${serviceId}, ${deploymentId}, ${role}, ${part}, ${service!.generation as number}, ${phase}, ${health},
      ${exitCode}, ${exitedAt}, ${crashes}, now(), now(), now())
    on conflict (name) do update set phase = excluded.phase, health = excluded.health, exit_code = excluded.exit_code, exited_at = excluded.exited_at, crashes = excluded.crashes, changed_at = now(), observed_at = now()`
}

/** Jobs that wait, as `task key`. */
export async function waitingJobs({ sql }: Database): Promise<string[]> {
  const rows = await sql<{ task: string; key: string }[]>`select task_identifier as task, key from graphile_worker.jobs order by id`
  return rows.map(({ task, key }) => `${task} ${key}`)
}

/** Types of the events about a service, oldest first. */
export async function eventsOf({ sql }: Database, serviceId: string): Promise<string[]> {
  const rows = await sql<{ type: string }[]>`select type from events where service_id = ${serviceId} order by id`
  return rows.map(({ type }) => type)
}
