import type { EnvironmentRows, WorkloadRow } from '../../db/queries/engine/desired'
import { tail } from '../../db/queries/engine/log-lines'
import { record as recordWorkloads } from '../../db/queries/engine/workloads'
import { announce } from '../../events/announce'
import { record } from '../../events/record'
import type { TargetEngine } from '../engine'
import { notice, remember, type Memory, type Notice } from '../planner/remember'
import type { SeenWorkload } from '../planner/world'
import type { Traffic } from '../ingress/table'
import type { ObservedWorkload } from '../runtime/driver'
import { concerning } from './facts'

/** Lines of output told with a crash. */
const CRASH_LINES = 20

export type Observation = { observed: ObservedWorkload; seen: SeenWorkload }

/** Where to look: the rows of an environment, and what the proxy has open, as far as it is known. */
export type Sight = { rows: EnvironmentRows; environmentId: string; traffic: Traffic | null }

/**
 * Looks at what runs in an environment and writes it down. The time of change moves only on change, and nobody is told
 * when nothing has changed.
 */
export async function observe(engine: TargetEngine, { rows, environmentId, traffic }: Sight, signal: AbortSignal): Promise<Observation[]> {
  const now = engine.now()
  const before = new Map(rows.workloads.map((row) => [row.name, row]))
  const there = await engine.driver.observe(environmentId, signal)
  const observations = there.map((observed) => {
    const port = rows.ports.get(observed.name) ?? null
    return { observed, seen: remember(memoryOf(before.get(observed.name)), { ...observed, port, open: openAt(traffic, observed) }, now) }
  })

  const changed = observations.map(({ observed, seen }) => rowOf(observed, seen, now)).filter((row) => differs(before.get(row.name), row))
  const present = new Set(there.map((observed) => observed.name))
  const goneNames = rows.workloads.map((row) => row.name).filter((name) => !present.has(name))
  const news = await findNews(engine, rows, observations, before)
  await engine.db.transaction(async (tx) => {
    await recordWorkloads(tx, environmentId, { changed, goneNames, at: now })
    for (const { kind, service, observation, lines } of news) {
      const { exit, healthMessage } = observation.observed
      const data = exit ? { exitCode: exit?.code ?? null, signal: exit?.signal ?? null, crashes: observation.seen.crashes, lines, ...(exit.why ? { message: exit.why } : {}) } : kind === 'unhealthy' ? { message: healthMessage } : {}
      await record(tx, 'platform', { ...concerning(rows, service, observation.seen.deploymentId), type: `service.${kind}`, data })
    }
    if (changed.length > 0 || goneNames.length > 0) await announce(tx, { kind: 'graph', environmentId })
  })
  return observations
}

type News = { kind: Notice; service: EnvironmentRows['services'][number]; observation: Observation; lines: string[] }

/** What is worth telling about versions that serve. The last lines of one that crashed are stored first. */
async function findNews(engine: TargetEngine, rows: EnvironmentRows, observations: Observation[], before: ReadonlyMap<string, WorkloadRow>): Promise<News[]> {
  const news: News[] = []
  const serving = new Map(rows.services.filter((row) => row.desired === 'running').map((row) => [row.activeDeploymentId, row]))
  const deployments = new Map(rows.deployments.map((row) => [row.id, row]))
  for (const observation of observations) {
    const { seen, observed } = observation
    const service = serving.get(seen.deploymentId)
    const restart = deployments.get(seen.deploymentId)?.spec.settings.restart
    const kind = service && restart ? notice(memoryOf(before.get(seen.name)), seen, restart) : null
    if (!service || kind === null) continue
    const isExit = kind === 'crashed' || kind === 'exited' || kind === 'gave_up'
    if (isExit) await engine.collector.drain(observed).catch((cause: unknown) => engine.log.warn({ workload: seen.name, cause }, 'last lines of a crashed workload could not be stored'))
    news.push({ kind, service, observation, lines: isExit ? await tail(engine.db, seen.deploymentId, CRASH_LINES) : [] })
  }
  return news
}

/** What the proxy has open at a workload; null when that is not known. */
function openAt(traffic: Traffic | null, { address }: ObservedWorkload): number | null {
  if (traffic === null) return null
  return address === null ? 0 : (traffic.targets[`${address.host}:${address.port}`] ?? 0)
}

function memoryOf(row: WorkloadRow | undefined): Memory | null {
  return row ?? null
}

function rowOf(observed: ObservedWorkload, seen: SeenWorkload, now: Date): WorkloadRow {
  return {
    name: observed.name,
    environmentId: observed.environmentId,
    serviceId: observed.serviceId,
    deploymentId: observed.deploymentId,
    role: observed.role,
    part: observed.part,
    generation: observed.generation,
    phase: observed.phase,
    health: observed.health,
    healthMessage: observed.healthMessage,
    address: observed.address,
    pid: observed.pid,
    exitCode: observed.exit?.code ?? null,
    exitSignal: observed.exit?.signal ?? null,
    exitedAt: observed.exit?.at ?? null,
    exitByPlatform: observed.exit?.byPlatform ?? false,
    restarts: observed.restarts,
    startedAt: observed.startedAt,
    firstSeenAt: seen.firstSeenAt,
    crashes: seen.crashes,
    changedAt: seen.changedAt,
    observedAt: now,
  }
}

function differs(before: WorkloadRow | undefined, after: WorkloadRow): boolean {
  if (!before) return true
  return (Object.keys(after) as (keyof WorkloadRow)[]).some((key) => key !== 'observedAt' && text(before[key]) !== text(after[key]))
}

// Dates and addresses are compared by what they say; the database returns an address with its keys in its own order.
function text(value: WorkloadRow[keyof WorkloadRow]): string {
  if (value === null || typeof value !== 'object') return String(value)
  return value instanceof Date ? value.toISOString() : `${value.host}:${value.port}`
}
