import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { deploymentList } from '../../lib/contract/deployment'
import { eventList } from '../../lib/contract/organization'
import { environmentGraph, projectCreate, projectList } from '../../lib/contract/project'
import { serviceList, serviceLogs } from '../../lib/contract/service'
import { publishRoutes } from '../../lib/provisioning/reconcile/publish-routes'
import { reconcile } from '../../lib/provisioning/reconcile/reconcile'
import { enqueue } from '../../lib/queue/jobs'
import { makePartitions, removeLinesOfGone, removeOldLines } from '../../lib/telemetry/retention'
import { endAbandoned, lookAtEverything } from '../../lib/worker/sweep'
import { queriesOf, type Query } from '../harness/count-queries'
import { drawCrowd } from '../harness/crowd'
import { engineForTest, type TestEngine } from '../harness/engine'

// What a look costs must not depend on how much there is: a thousand services in one organization, 200 in one environment.

const never = new AbortController().signal
const SIZES = [2, 20, 200]
/** Services of the projects besides, so that there are a thousand. */
const BESIDES = [195, 195, 194, 194]
const DEPLOYMENTS = 50
const LINES = 200
const SETUP_MS = 600_000

let t: TestEngine
/** An environment of each size, settled. */
const environments = new Map<number, string>()
let serviceId: string

beforeAll(async () => {
  t = await engineForTest({ EASEL_WORKLOAD_PORTS: '20000-29999' })
  for (const count of SIZES) {
    const environmentId = await newEnvironment(`Of ${count}`)
    const [first] = await drawCrowd(t, { environmentId, count, deployments: DEPLOYMENTS, lines: LINES })
    serviceId = first!
    environments.set(count, environmentId)
    await enqueue(t.database.db, { task: 'reconcile', environmentId })
  }
  for (const count of BESIDES) {
    const environmentId = await newEnvironment(`Besides ${count}`)
    await drawCrowd(t, { environmentId, count, deployments: DEPLOYMENTS, lines: LINES })
    await enqueue(t.database.db, { task: 'reconcile', environmentId })
  }
  await t.settle()
  await t.database.sql`analyze`
}, SETUP_MS)
afterAll(() => t.close())

async function newEnvironment(name: string): Promise<string> {
  return (await t.call(projectCreate, { name }, { as: t.as })).environments[0]!.id
}

const settled = (count: number) => environments.get(count)!
const queries = (work: () => Promise<unknown>) => queriesOf(t.database, work)

/** How many queries some work on the environment of each size takes. */
async function countBySize(work: (environmentId: string) => Promise<unknown>): Promise<number[]> {
  const counts = []
  for (const count of SIZES) counts.push((await queries(() => work(settled(count)))).length)
  return counts
}

function expectSame(what: string, counts: number[]): void {
  process.stdout.write(`${what}: ${counts.join(', ')} queries for ${SIZES.join(', ')} services\n`)
  expect(new Set(counts).size, `${what} takes ${counts.join(', ')} queries`).toBe(1)
  expect(counts[0]).toBeGreaterThan(0)
}

test('everything is settled: each service has its process and its route', async () => {
  const [row] = await t.database.sql<{ services: number; healthy: number }[]>`
    select (select count(*)::int from services) as services, (select count(*)::int from workloads where health = 'healthy') as healthy`
  expect(row).toEqual({ services: 1_000, healthy: 1_000 })
  expect(t.ingress.table.routes.filter((route) => route.targets.length === 1)).toHaveLength(1_000)
})

describe('the number of queries does not depend on the number of services', () => {
  test('of a look at a settled environment', async () => {
    expectSame('A look at a settled environment', await countBySize((id) => reconcile(t.engine, id, never)))
  })

  test('of the graph', async () => {
    expectSame('The graph', await countBySize((id) => t.call(environmentGraph, { environmentId: id }, { as: t.as })))
  })

  test('of the list of services', async () => {
    expectSame('The list of services', await countBySize((id) => t.call(serviceList, { environmentId: id }, { as: t.as })))
  })

  test('of asking for a look at everything, one for each environment besides', async () => {
    const found = await queries(() => lookAtEverything(t.engine))
    process.stdout.write(`Asking for a look at everything: ${found.length} queries for ${SIZES.length + BESIDES.length} environments with 1,000 services\n`)
    expect(found).toHaveLength(1 + SIZES.length + BESIDES.length)
    await t.settle()
  })

  test('of publishing the routes of a thousand services, whether they have changed or not', async () => {
    const unchanged = await queries(() => publishRoutes(t.engine, false, never))
    t.ingress.table = { version: 0, routes: [] }
    const lost = await queries(() => publishRoutes(t.engine, true, never))
    process.stdout.write(`Publishing routes: ${unchanged.length} queries without a change, ${lost.length} with one\n`)
    expect(t.ingress.table.routes).toHaveLength(1_000)
    expect(unchanged.length).toBeLessThanOrEqual(10)
    expect(lost.length).toBeLessThanOrEqual(10)
  })
})

describe('with a thousand services, 50,000 deployments and 200,000 lines, none of its queries reads a table from end to end', () => {
  const as = () => ({ as: t.as })
  const WORK: [string, () => Promise<unknown>][] = [
    ['a look at an environment', () => reconcile(t.engine, settled(200), never)],
    ['the graph', () => t.call(environmentGraph, { environmentId: settled(200) }, as())],
    ['the list of services', () => t.call(serviceList, { environmentId: settled(200) }, as())],
    ['the list of projects', () => t.call(projectList, {}, as())],
    ['the list of deployments', () => t.call(deploymentList, { serviceId }, as())],
    ['a log', () => t.call(serviceLogs, { serviceId }, as())],
    ['the feed', () => t.call(eventList, { organizationId: t.organizationId }, as())],
    ['publishing routes', () => publishRoutes(t.engine, true, never)],
    ['ending what was abandoned', () => endAbandoned(t.engine)],
    ['removing old lines', () => removeOldLines(t.database.db, t.clock.now, 7)],
    ['making room for lines', () => makePartitions(t.database.db, t.clock.now, 7)],
    ['removing lines of what is gone', () => removeLinesOfGone(t.database.db)],
  ]
  for (const [what, work] of WORK) {
    test(`of ${what}`, async () => {
      const asked = await queries(work)
      expect(asked.length).toBeGreaterThan(0)
      const wasteful = []
      for (const query of new Map(asked.map((each) => [each.text, each])).values()) wasteful.push(...(await readFromEndToEnd(query)))
      expect(wasteful).toEqual([])
    })
  }
})

/** Tables that grow with time, not with the number of services. */
const LARGE = ['deployments', 'stages']
const isLarge = (relation: string) => LARGE.includes(relation) || /^log_lines_\d/.test(relation)

type Node = { 'Node Type': string; 'Relation Name'?: string; Plans?: Node[] }

/** Large tables of which a query would read every row, with the query. */
async function readFromEndToEnd({ text, parameters }: Query): Promise<string[]> {
  if (!/^\s*(select|update|delete|with)/i.test(text)) return []
  const [row] = await t.database.sql.unsafe<{ 'QUERY PLAN': { Plan: Node }[] }[]>(`explain (format json) ${text}`, parameters as never[])
  const nodes = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(nodes)]
  return nodes(row!['QUERY PLAN'][0]!.Plan).flatMap((node) => (node['Node Type'] === 'Seq Scan' && isLarge(node['Relation Name'] ?? '') ? [`${node['Relation Name']}: ${text.slice(0, 600)}`] : []))
}
