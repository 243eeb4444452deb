import { lockName, ROLES, roleLockName } from '../../lib/worker/life'
import { halves, namesIn, processesOf } from '../harness/belongings'
import type { Scene } from './scene'
import { onEngine, TARGET } from './target'

// How a platform is left: everything that must be the same however the work was disturbed. Ids are told by the number of
// their deployment, because no two runs share them.

/** What the database says. */
export type Rows = {
  /** What is wanted of the service, its target and what serves; null when it is gone. */
  service: string | null
  deployments: Record<string, string>
  runs: string[]
  snapshots: string[]
  ports: string[]
  /** Jobs that wait, except looks at a later time. */
  jobs: string[]
  /** Locks of PostgreSQL held, besides those that say that a worker lives and leads. */
  locks: string[]
  workers: number
  events: string[]
}

export type EndState = Rows & { answer: string; processes: string[]; folders: string[]; engine: string[] }

export async function rowsOf(scene: Scene): Promise<Rows> {
  const { sql } = scene.database
  const byNumber = await numbersOf(scene)
  const texts = async (rows: PromiseLike<{ text: string }[]>) => (await rows).map(({ text }) => byNumber(text)).sort()
  const [service] = await texts(sql<{ text: string }[]>`
    select desired || ', target ' || coalesce(target_deployment_id, 'none') || ', active ' || coalesce(active_deployment_id, 'none')
      || case when hold is null then '' else ', on hold' end || case when held_at is null then '' else ', requests held' end || case when sleeping_at is null then '' else ', asleep' end as text from services`)
  const deployments = await sql<{ number: number; text: string }[]>`
    select d.number, d.status || coalesce(' ' || d.failure_reason, '') || ': ' || coalesce(string_agg(s.name || ' ' || s.status, ', ' order by s.name), 'no stage') as text
    from deployments d left join stages s on s.deployment_id = d.id group by d.id order by d.number`
  const [counted] = await sql<{ workers: number }[]>`select count(*)::int as workers from heartbeats`
  const locks = texts(sql<{ text: string }[]>`
    with known(name, isLife) as (
      select unnest(${ROLES.map(roleLockName)}::text[]), true union all select ${lockName('')}::text || name, true from heartbeats
      union all select 'deployment:' || id, false from deployments union all select prefix || id, false from services, unnest(array['build:', 'inspect:']) as prefix union all select 'environment:' || id, false from environments
    )
    select coalesce(known.name, 'a lock of another name') || ' held by ' || coalesce(a.application_name, 'nobody') || ' doing ' || coalesce(left(a.query, 120), 'nothing') as text
    from pg_locks l left join known on hashtextextended(known.name, 0) = ((l.classid::bigint << 32) | l.objid::bigint) left join pg_stat_activity a on a.pid = l.pid
    where l.locktype = 'advisory' and l.database = (select oid from pg_database where datname = current_database()) and known.isLife is not true`)
  return {
    service: service ?? null,
    deployments: Object.fromEntries(deployments.map(({ number, text }) => [`#${number}`, text])),
    runs: await texts(sql`select trigger || ' ' || status || coalesce(' ' || exit_code, '') || coalesce(' ' || exit_signal, '') as text from runs`),
    snapshots: await texts(sql`select trigger || ' ' || status || coalesce(' ' || deployment_id, '') as text from snapshots`),
    ports: await texts(sql`select purpose || coalesce(' ' || workload, '') as text from ports where purpose <> 'foreign'`),
    jobs: await texts(sql`select task_identifier as text from graphile_worker.jobs where task_identifier <> 'look-again' or run_at < now() + interval '1 second' or locked_by is not null`),
    locks: await locks,
    workers: counted!.workers,
    events: await texts(sql`select type || coalesce(' ' || deployment_id, '') as text from events where service_id is not null and type not in ('service.inspected', 'variables.replaced') and type not like 'alert.%'`),
  }
}

/** The rest, which is dearer to look at. */
export async function endState(scene: Scene, rows: Rows): Promise<EndState> {
  const byNumber = await numbersOf(scene)
  return {
    ...rows,
    answer: scene.isAsked ? await scene.ask().then(({ status, text }) => `${status}${status === 200 ? ` ${text}` : ''}`, (error: Error) => error.message) : 'not asked',
    processes: processesOf(scene.dataDir, scene.workers().map(({ pid }) => pid)).map(({ command, workload }) => byNumber(`${workload} ${command}`)).sort(),
    folders: foldersOf(scene).map(byNumber).sort(),
    engine: TARGET === 'docker' ? (await onEngine(scene)).map(byNumber).sort() : [],
  }
}

/** Writes ids of deployments as their numbers, also of those that are gone: facts stay. */
async function numbersOf({ database: { sql } }: Scene): Promise<(text: string) => string> {
  const rows = await sql<{ id: string; number: number }[]>`select deployment_id as id, (data ->> 'number')::int as number from events where type = 'deployment.queued'`
  return (text) => rows.reduce((said, { id, number }) => said.replaceAll(id.slice('dep_'.length), `#${number}`), text)
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
