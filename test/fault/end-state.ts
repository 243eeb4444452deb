import { halves, namesIn, processesOf } from '../harness/belongings'
import type { Scene } from './scene'

// How a platform is left: everything that must be the same however the work was disturbed. Ids are told by the number of
// their deployment, because no two runs share them.

export type EndState = {
  /** What is wanted of the service, its target and what serves; null when it is gone. */
  service: string | null
  deployments: Record<string, string>
  answer: string
  processes: string[]
  folders: string[]
  ports: string[]
  /** Jobs that wait, except looks at a later time. */
  jobs: string[]
  /** Locks of PostgreSQL held, besides those that say that a worker lives and leads. */
  locks: number
  workers: number
  events: string[]
}

export async function endState(scene: Scene): Promise<EndState> {
  const { sql } = scene.database
  const rows = await sql<{ id: string; number: number; status: string; reason: string | null; artifact: string | null }[]>`
    select id, number, status, failure_reason as reason, artifact_id as artifact from deployments order by number`
  const byNumber = (text: string) => rows.reduce((said, { id, number }) => said.replaceAll(id.replace('dep_', ''), `#${number}`), text)
  const [service] = await sql<{ text: string }[]>`select desired || ', target ' || coalesce(target_deployment_id, 'none') || ', active ' || coalesce(active_deployment_id, 'none') as text from services`
  const stages = await sql<{ id: string; text: string }[]>`select deployment_id as id, string_agg(name || ' ' || status, ', ' order by name) as text from stages group by 1`
  const ports = await sql<{ text: string }[]>`select purpose || ' ' || coalesce(deployment_id, '') as text from ports where purpose <> 'foreign'`
  const jobs = await sql<{ text: string }[]>`select task_identifier as text from graphile_worker.jobs where task_identifier <> 'look-again' or run_at < now() + interval '1 second' or locked_by is not null`
  const [locks] = await sql<{ held: number }[]>`
    select count(*)::int as held from pg_locks l
    where l.locktype = 'advisory' and l.database = (select oid from pg_database where datname = current_database())
      and not exists (select 1 from heartbeats h where hashtextextended('worker:' || h.name, 0) = ((l.classid::bigint << 32) | l.objid::bigint))
      and not exists (select 1 from (values ('lead:logs'), ('lead:house')) as role(name) where hashtextextended(role.name, 0) = ((l.classid::bigint << 32) | l.objid::bigint))`
  const [workers] = await sql<{ count: number }[]>`select count(*)::int as count from heartbeats`
  const events = await sql<{ text: string }[]>`select type || ' ' || coalesce(deployment_id, '') as text from events where service_id is not null`
  return {
    service: service ? byNumber(service.text) : null,
    deployments: Object.fromEntries(rows.map((row) => [`#${row.number}`, `${row.status}${row.reason ? ` ${row.reason}` : ''}: ${stages.find(({ id }) => id === row.id)?.text ?? 'no stage'}`])),
    answer: await scene.ask().then(({ status, text }) => `${status}${status === 200 ? ` ${text}` : ''}`, (error: Error) => error.message),
    processes: processesOf(scene.dataDir, scene.workers().map(({ pid }) => pid)).map(({ command, workload }) => byNumber(`${workload} ${command}`)).sort(),
    folders: foldersOf(scene).map(byNumber).sort(),
    ports: ports.map(({ text }) => byNumber(text)).sort(),
    jobs: jobs.map(({ text }) => text).sort(),
    locks: locks!.held,
    workers: workers!.count,
    events: events.map(({ text }) => byNumber(text)).filter((text) => !text.startsWith('service.inspected')).sort(),
  }
}

function foldersOf({ paths, dataDir, service }: Scene): string[] {
  const caches = namesIn(paths.cache('')).map((name) => `caches/${name === service.id ? 'service' : name}`)
  return [
    ...namesIn(paths.builds).map((name) => `builds/${name}`),
    ...namesIn(paths.artifacts).map((name) => `artifacts/${name}`),
    ...namesIn(paths.workloads).filter((name) => name !== '.fences').map((name) => `workloads/${name}`),
    ...namesIn(`${paths.workloads}/.fences`).map((name) => `fences/${name === service.id ? 'service' : name}`),
    ...namesIn(paths.repositories).filter((name) => name !== 'known_hosts').map((name) => `repositories/${name.endsWith('.git') ? 'mirror' : name}`),
    ...caches,
    ...halves(dataDir).map((path) => `half-written ${path}`),
  ]
}
