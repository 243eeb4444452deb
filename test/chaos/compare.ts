import { readFileSync } from 'node:fs'

import { ask } from '../harness/ask'
import { namesIn, processesOf } from '../harness/belongings'
import type { House } from './house'
import { mayEndAs, mayServe, type Model, type ServiceModel } from './model'

/** Every difference between what the model says and what is there, as sentences. None when everything has settled. */
export async function differences(house: House, model: Model): Promise<string[]> {
  const alive = model.services.filter(({ desired }) => desired !== 'deleted')
  const each = await Promise.all(model.services.map((service) => (service.desired === 'deleted' ? ofDeleted(house, service) : ofService(house, service))))
  return [...each.flat(), ...(await ofEnvironments(house, model)), ...(await ofQueue(house)), ...(await ofMachine(house)), ...ofRoutes(house, alive)]
}

type Row = { id: string; status: string; reason: string | null; stuck: boolean }

async function ofService(house: House, service: ServiceModel): Promise<string[]> {
  const { sql } = house
  const wrong: string[] = []
  const [row] = await sql<{ desired: string; name: string; active: string | null }[]>`select desired, name, active_deployment_id as active from services where id = ${service.id}`
  if (!row) return [`${service.name} is gone`]
  if (row.desired !== service.desired || row.name !== service.name) wrong.push(`${service.name} is wanted ${row.desired} as ${row.name} instead of ${service.desired}`)
  const rows = await sql<Row[]>`select id, status, failure_reason as reason, exists (select 1 from stages s where s.deployment_id = d.id and s.status = 'running') as stuck from deployments d where service_id = ${service.id}`
  for (const release of service.releases) {
    const found = rows.find(({ id }) => id === release.id)
    const end = found ? `${found.status}${found.reason ? ` ${found.reason}` : ''}` : 'gone'
    if (!mayEndAs(release).includes(end)) wrong.push(`${release.id} of ${service.name} (${release.version}, ${release.fate}) is ${end}`)
    if (found?.stuck && !['queued', 'building', 'releasing'].includes(found.status)) wrong.push(`${release.id} is ${found.status} with a stage that runs`)
  }
  if (rows.length !== service.releases.length) wrong.push(`${service.name} has ${rows.length} deployments instead of ${service.releases.length}`)
  const may = mayServe(service)
  if (!may.some((release) => (release?.id ?? null) === row.active)) wrong.push(`${service.name} has ${row.active} active instead of ${may.map((release) => release?.id ?? 'none').join(' or ')}`)
  const active = service.releases.find(({ id }) => id === row.active)
  const wanted = service.desired === 'running' && active ? `200 ${active.version} ${active.mark}` : 'no answer of the app'
  const answer = await ask(house.ingressPort, service.url).then(({ status, text }) => (status === 200 ? `200 ${text}` : 'no answer of the app'), (error: Error) => error.message)
  if (answer !== wanted) wrong.push(`${service.name} answers "${answer}" instead of "${wanted}"`)
  return wrong
}

/** What is told of a service after it is gone: its lines and how it was, for as long as they are kept. The last minutes of traffic go by themselves. */
const OUTLIVES = /^(events|log_lines.*|metric_series|http_recent)$/

async function ofDeleted({ sql, ingressPort }: House, service: ServiceModel): Promise<string[]> {
  const columns = await sql<{ table: string }[]>`
    select table_name as table from information_schema.columns where table_schema = 'public' and column_name = 'service_id'`
  const wrong: string[] = []
  for (const { table } of columns.filter(({ table }) => !OUTLIVES.test(table))) {
    const [row] = await sql<{ n: number }[]>`select count(*)::int as n from ${sql(table)} where service_id = ${service.id}`
    if (row!.n > 0) wrong.push(`${row!.n} rows of ${service.name}, which is deleted, are in ${table}`)
  }
  if ((await sql`select 1 from services where id = ${service.id}`).length > 0) wrong.push(`${service.name} is deleted and still there`)
  const { status } = await ask(ingressPort, service.url)
  if (status !== 404) wrong.push(`${service.name}, which is deleted, is answered with ${status}`)
  return wrong
}

async function ofEnvironments({ sql }: House, model: Model): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`select id from environments`
  return model.environments.filter(({ id, isDeleted }) => rows.some((row) => row.id === id) === isDeleted).map(({ id, isDeleted }) => `environment ${id} is ${isDeleted ? 'still there' : 'gone'}`)
}

async function ofQueue({ sql }: House): Promise<string[]> {
  const jobs = await sql<{ task: string }[]>`select task_identifier as task from graphile_worker.jobs where task_identifier <> 'look-again' or run_at < now() or locked_by is not null`
  const [row] = await sql<{ n: number }[]>`select count(*)::int as n from heartbeats`
  return [...jobs.map(({ task }) => `a job ${task} waits`), ...(row!.n === 2 ? [] : [`${row!.n} workers are known instead of 2`])]
}

/** Processes, folders and ports belong to what runs, and to nothing else. */
async function ofMachine({ sql, paths, dataDir, pids }: House): Promise<string[]> {
  const running = await sql<{ id: string }[]>`select active_deployment_id as id from services where desired = 'running' and active_deployment_id is not null`
  const wanted = running.map(({ id }) => id.replace('_', '-')).sort()
  const kept = (await sql<{ id: string }[]>`select id from artifacts where removed_at is null`).map(({ id }) => id).sort()
  const ports = (await sql<{ workload: string }[]>`select workload from ports where purpose = 'workload'`).map(({ workload }) => workload).sort()
  const processes = processesOf(dataDir, pids())
  const workloads = namesIn(paths.workloads).filter((name) => !name.startsWith('.'))
  return [
    ...differing('processes', [...new Set(processes.map(({ workload, command }) => workload ?? command))].sort(), wanted),
    ...processes.filter(({ workload }, index) => processes.filter((other) => other.workload === workload).length > 2 && processes.findIndex((other) => other.workload === workload) === index).map(({ workload }) => `${workload} runs more than once`),
    ...differing('folders of workloads', workloads, wanted),
    ...differing('ports', ports, wanted),
    ...differing('folders of builds', namesIn(paths.builds), []),
    ...differing('kept builds', namesIn(paths.artifacts), kept),
  ]
}

function ofRoutes({ paths }: House, alive: readonly ServiceModel[]): string[] {
  // A line for each thing of the table, after one with its version.
  const lines = readFileSync(paths.routeTable, 'utf8').trimEnd().split('\n').slice(1).map((line) => JSON.parse(line) as { route?: { serviceId: string } })
  const routes = lines.flatMap(({ route }) => route ?? [])
  return differing('routes', routes.map(({ serviceId }) => serviceId).sort(), alive.map(({ id }) => id).sort())
}

function differing(what: string, found: readonly string[], wanted: readonly string[]): string[] {
  const surplus = found.filter((name) => !wanted.includes(name))
  const missing = wanted.filter((name) => !found.includes(name))
  return [...(surplus.length > 0 ? [`too many ${what}: ${surplus.join(', ')}`] : []), ...(missing.length > 0 ? [`missing ${what}: ${missing.join(', ')}`] : [])]
}
