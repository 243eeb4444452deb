import fc from 'fast-check'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { logContext, logFacets, logHistogram, logSearch, type LogLineView, type LogSearch } from '../../lib/contract/log'
import { serviceCreate } from '../../lib/contract/service'
import { append, type NewLine } from '../../lib/db/queries/engine/log-lines'
import { conditionOf, isLookedUp } from '../../lib/db/queries/log-filter'
import { countLines } from '../../lib/db/queries/log-histogram'
import { COLUMNS, foundLine } from '../../lib/db/queries/log-search'
import { isService, matches } from '../../lib/domain/log-filter/matches'
import { print } from '../../lib/domain/log-filter/print'
import { anyFilter } from '../harness/any-filter'
import { anyLine } from '../harness/any-line'
import { platformForTest, type SignedIn, type TestPlatform } from '../harness/platform'
import { strangerTo } from '../harness/possessions'

const NOON = Date.parse('2026-01-01T00:30:00Z')
let t: TestPlatform
let owner: SignedIn
let environmentId: string
let otherEnvironmentId: string
let services: { id: string; name: string }[]
let deployments: { id: string; number: number }[]

beforeAll(async () => {
  t = await platformForTest()
  t.clock.now = new Date(NOON)
  owner = await t.owner()
  ;({ environmentId } = await t.project(owner))
  const source = { type: 'template' as const, template: 'node-service' }
  services = [await t.call(serviceCreate, { environmentId, name: 'api', source }, { as: owner }), await t.call(serviceCreate, { environmentId, name: 'web', source }, { as: owner })].map(({ id, name }) => ({ id, name }))
  deployments = []
  for (const [at, { id: serviceId }] of services.entries()) {
    for (const number of [1, 2]) {
      const id = `dep_${String(at * 2 + number).padStart(22, '0')}`
      await t.database.sql`insert into deployments (id, service_id, number, status, trigger, spec, variables_sealed, config_revision) values (${id}, ${serviceId}, ${number}, 'retired', 'manual', '{}', '', 1)`
      deployments.push({ id, number })
    }
  }
  const { stranger } = await strangerTo(t, owner)
  otherEnvironmentId = (await t.project(stranger, 'Elsewhere')).environmentId
})
afterAll(() => t.close())

type Given = { serviceId: string | null; line: NewLine }

async function store(lines: readonly Given[], environment = environmentId): Promise<void> {
  for (const { serviceId, line } of lines) await t.database.db.transaction((tx) => append(tx, { environmentId: environment, serviceId }, [line]))
}

const clear = () => t.database.sql`delete from log_lines`
const line = (text: string, more: Partial<NewLine> = {}): NewLine => ({ kind: 'runtime', stream: 'stdout', at: new Date(NOON - 60_000), text, deploymentId: deployments[0]!.id, ...more })
const ofApi = (given: NewLine): Given => ({ serviceId: services[0]!.id, line: given })
const search = (filter: string, more: Record<string, unknown> = {}): Promise<LogSearch> => t.call(logSearch, { environmentId, filter, ...more }, { as: owner })
const texts = (lines: readonly LogLineView[]) => lines.map(({ text }) => text)

/** A filter says the same in the browser and in the database, whatever it says and whatever the line is. */
describe('a filter in SQL', () => {
  it('lets the same lines through as the one in memory, also by what an index looks up', async () => {
    await clear()
    const lines = fc.sample(anyLine, { numRuns: 150, seed: 7 })
    await store(lines.map(({ service, deployment, ago, ...rest }) => ({ serviceId: service === null ? null : services[service]!.id, line: { ...rest, at: new Date(NOON - ago), deploymentId: deployment === null ? null : deployments[deployment]!.id } })))
    const stored = (await t.database.db.execute<Parameters<typeof foundLine>[0]>(sql`select ${COLUMNS} from log_lines order by id`)).map((row) => foundLine(row).view)
    expect(stored).toHaveLength(150)
    const names = new Map(services.map(({ id, name }) => [id, name]))
    const numbers = new Map(deployments.map(({ id, number }) => [id, number]))
    const world = { nowMs: NOON, serviceName: (id: string) => names.get(id) ?? null, deploymentNumber: (id: string) => numbers.get(id) ?? null }
    const settled = { environmentId, nowMs: NOON, servicesOf: (value: Parameters<typeof isService>[0]) => services.filter((service) => isService(value, service)).map(({ id }) => id) }
    let found = 0
    await fc.assert(
      fc.asyncProperty(anyFilter, async (filter) => {
        const wanted = stored.filter((view) => matches(filter, view, world)).map(({ id }) => id)
        for (const isLookup of [false, true]) {
          const rows = await t.database.db.execute<{ id: string }>(sql`select id::text as id from log_lines where ${conditionOf(filter, settled, { isLookup })} order by id`)
          expect({ filter: print(filter), isLookup, ids: rows.map(({ id }) => id) }).toEqual({ filter: print(filter), isLookup, ids: wanted })
        }
        found += wanted.length > 0 && wanted.length < 150 && isLookedUp(filter) ? 1 : 0
      }),
      { numRuns: 300, seed: 11 },
    )
    // Otherwise nothing was compared.
    expect(found).toBeGreaterThan(10)
  })
})

describe('searching', () => {
  it('finds by words, phrases, levels, attributes, services and deployments', async () => {
    await clear()
    await store([
      ofApi(line('\u001b[31mERROR\u001b[0m: Connection refused', { level: 'error' })),
      ofApi(line('{"msg":"paid","user":{"id":42},"ms":612}', { message: 'paid', level: 'info', attributes: { user: { id: 42 }, ms: 612 } })),
      { serviceId: services[1]!.id, line: line('GET /cart 503', { kind: 'http', deploymentId: deployments[3]!.id, attributes: { status: 503, path: '/cart', 'http.method': 'GET' } }) },
    ])
    const found = async (filter: string) => texts((await search(filter)).lines).map((text) => text.slice(0, 12))
    expect(await found('"error: connection"')).toEqual(['\u001b[31mERROR\u001b['])
    expect(await found('@level:>=warn')).toHaveLength(1)
    expect(await found('@level:none')).toEqual(['GET /cart 50'])
    expect(await found('@user.id:42 @ms:>600')).toEqual(['{"msg":"paid'])
    expect(await found('@status:500..599 @http.method:get')).toEqual(['GET /cart 50'])
    expect(await found('@path:/c*t')).toEqual(['GET /cart 50'])
    expect(await found('service:WEB')).toEqual(['GET /cart 50'])
    expect(await found('service:a* -refused')).toEqual(['{"msg":"paid'])
    expect(await found('deployment:2')).toEqual(['GET /cart 50'])
    expect(await found('kind:http OR paid')).toHaveLength(2)
    expect(await found('after:30s')).toEqual([])
    expect(await found('before:30s')).toHaveLength(3)
    expect(texts((await search('', { kind: 'http' })).lines)).toHaveLength(1)
    expect(texts((await search('', { serviceId: services[0]!.id })).lines)).toHaveLength(2)
  })

  it('points at what it cannot read, and says which names nothing has', async () => {
    await expect(search('ok @ms:>fast')).rejects.toMatchObject({ code: 'invalid_input', fields: { filter: expect.stringMatching(/^At character 8: /) as string } })
    const { lines, notes } = await search('paid OR service:nope deployment:77')
    expect(lines).toHaveLength(1)
    expect(notes.map(({ at, length }) => [at, length])).toEqual([[8, 12], [21, 13]])
  })

  it('pages through everything once, in both directions, also where lines have the same time', async () => {
    await clear()
    await store(Array.from({ length: 23 }, (_, n) => ofApi(line(`line ${n}`, { at: new Date(NOON - 1000 * Math.floor((23 - n) / 5)) }))))
    const backwards: string[] = []
    let before: string | undefined
    do {
      const page = await search('line', { limit: 4, ...(before === undefined ? {} : { before }) })
      backwards.unshift(...texts(page.lines))
      before = page.before ?? undefined
      expect(page.searchedTo).toBeNull()
    } while (before !== undefined)
    expect(backwards).toEqual(Array.from({ length: 23 }, (_, n) => `line ${n}`))

    const first = await search('"line 3"', { limit: 1 })
    const forwards: string[] = []
    let after = first.before ?? first.after!
    for (let page = 0; page < 10; page++) {
      const next = await search('line', { limit: 4, after })
      forwards.push(...texts(next.lines))
      if (next.lines.length === 0) break
      after = next.after!
    }
    expect(forwards.length).toBeGreaterThan(15)
    expect(forwards).toEqual(backwards.slice(-forwards.length))
  })

  it('stays within its window', async () => {
    await clear()
    await store([1, 2, 3].map((n) => ofApi(line(`at ${n}`, { at: new Date(NOON - n * 60_000) }))))
    const at = (n: number) => new Date(NOON - n * 60_000).toISOString()
    expect(texts((await search('', { from: at(2), until: at(1) })).lines)).toEqual(['at 2'])
    expect(await search('', { from: at(2), until: at(1) })).toMatchObject({ before: null, after: null })
    expect((await search('nothing')).after).not.toBeNull()
  })

  it('counts by time and level', async () => {
    await clear()
    await store([ofApi(line('a', { at: new Date(NOON - 90_000), level: 'error' })), ofApi(line('b', { at: new Date(NOON - 90_000) })), ofApi(line('c', { at: new Date(NOON - 10_000) }))])
    const { buckets, bucketMs, searchedTo } = await t.call(logHistogram, { environmentId, from: new Date(NOON - 120_000).toISOString(), until: new Date(NOON).toISOString(), buckets: 5 }, { as: owner })
    expect(bucketMs).toBe(30_000)
    expect(searchedTo).toBeNull()
    expect(buckets.map(({ total }) => total)).toEqual([0, 2, 0, 1])
    expect(buckets[1]!.levels).toEqual({ error: 1, none: 1 })
  })

  it('estimates what it has no time to count', async () => {
    await clear()
    await t.database.sql`insert into log_lines (environment_id, service_id, deployment_id, kind, stream, at, text) select ${environmentId}, ${services[0]!.id}, 'dep_1', 'runtime', 'stdout', ${new Date(NOON - 3_600_000).toISOString()}::timestamptz + n * interval '1 second', 'x' from generate_series(0, 3599) n`
    const query = { environmentId, condition: sql`true`, lookup: null, candidatesOf: null, fromMs: NOON - 3_600_000, untilMs: NOON }
    const { counts, reachedMs } = await countLines(t.database.db, query, { bucketMs: 600_000, budgetMs: -1 })
    expect(reachedMs).toBe(NOON)
    // So few lines are a sample of all of them.
    expect(counts.sort((a, b) => a.bucket - b.bucket)).toEqual([0, 1, 2, 3, 4, 5].map((bucket) => ({ bucket, level: null, lines: 600 })))
  })

  it('says what lines have in common', async () => {
    await clear()
    await store([ofApi(line('a', { level: 'error' })), ofApi(line('b')), ofApi(line('c'))])
    const { facets } = await t.call(logFacets, { environmentId }, { as: owner })
    expect(facets.find(({ field }) => field === 'level')).toEqual({ field: 'level', isSampled: false, values: [{ value: 'none', label: 'none', count: 2 }, { value: 'error', label: 'error', count: 1 }] })
    expect(facets.find(({ field }) => field === 'service')?.values).toEqual([{ value: 'api', label: 'api', count: 3 }])
    expect(facets.find(({ field }) => field === 'deployment')?.values).toEqual([{ value: deployments[0]!.id, label: 'api 1', count: 3 }])
    await store([ofApi(line('d', { attributes: { user: { id: 42 }, tags: ['x'], ok: true } }))])
    const again = await t.call(logFacets, { environmentId }, { as: owner })
    expect(again.facets.filter(({ field }) => field.startsWith('@')).map(({ field, values }) => [field, values[0]!.value])).toEqual([['@ok', 'true'], ['@user.id', '42']])
  })

  it('shows what is around a line, of the same service and kind', async () => {
    await clear()
    await store([0, 1, 2, 3, 4, 5].map((n) => ({ serviceId: services[n === 3 ? 1 : 0]!.id, line: line(`line ${n}`) })))
    await store([ofApi(line('a request', { kind: 'http' }))])
    const [found] = (await search('"line 2"')).lines
    const context = await t.call(logContext, { environmentId, lineId: found!.id, lines: 2 }, { as: owner })
    expect({ ...context, before: texts(context.before), after: texts(context.after), line: context.line.text }).toEqual({ before: ['line 0', 'line 1'], line: 'line 2', after: ['line 4', 'line 5'] })
  })

  it('keeps lines of one moment in the order in which they were stored, also where their numbers get one more digit', async () => {
    await clear()
    const [{ last }] = (await t.database.sql<{ last: string }[]>`select nextval(pg_get_serial_sequence('log_lines', 'id')) as last`) as unknown as [{ last: string }]
    const next = 10 ** (String(last).length + 1)
    await t.database.sql`select setval(pg_get_serial_sequence('log_lines', 'id'), ${next - 4})`
    const names = [0, 1, 2, 3, 4, 5, 6].map((n) => `number ${n}`)
    await store(names.map((name) => ofApi(line(name))))
    const { lines } = await search('number')
    expect(lines.map(({ id }) => id.length)).toContain(String(next).length)
    expect(texts(lines)).toEqual(names)
    expect(texts((await search('number', { after: `${Date.parse(lines[0]!.at) * 1_000}_${lines[0]!.id}` })).lines)).toEqual(names.slice(1))
    const context = await t.call(logContext, { environmentId, lineId: lines[3]!.id, lines: 3 }, { as: owner })
    expect([...texts(context.before), context.line.text, ...texts(context.after)]).toEqual(names)
  })

  it('reaches no line of another organization, whatever is asked', async () => {
    await clear()
    await store([ofApi(line('ours'))])
    await store([{ serviceId: 'svc_theirs', line: line('theirs, secret', { deploymentId: 'dep_theirs', attributes: { user: 1 } }) }], otherEnvironmentId)
    const [theirs] = await t.database.sql<{ id: string }[]>`select id::text as id from log_lines where environment_id = ${otherEnvironmentId}`
    await expect(t.call(logContext, { environmentId, lineId: theirs!.id }, { as: owner })).rejects.toMatchObject({ code: 'not_found' })
    for (const filter of ['', 'secret', '-ours', 'ours OR secret', 'NOT (ours secret)', 'service:svc_theirs', 'service:*', 'deployment:dep_theirs', '@user:*', '@user:1 OR -@user:1', 'after:52w', String.raw`"\") or true --"`, "%'or'1'='1'--"]) {
      expect(texts((await search(filter)).lines).filter((text) => text !== 'ours')).toEqual([])
    }
    await fc.assert(
      fc.asyncProperty(anyFilter, async (filter) => {
        expect(texts((await search(print(filter))).lines).filter((text) => text !== 'ours')).toEqual([])
      }),
      { numRuns: 100 },
    )
    const facets = JSON.stringify(await t.call(logFacets, { environmentId }, { as: owner }))
    expect(facets).not.toContain('theirs')
    const { buckets } = await t.call(logHistogram, { environmentId }, { as: owner })
    expect(buckets.reduce((sum, { total }) => sum + total, 0)).toBe(1)
  })
})
