import fc from 'fast-check'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { serviceCreate } from '../../lib/contract/service'
import { append, type NewLine } from '../../lib/db/queries/engine/log-lines'
import { dropPartition, makePartition } from '../../lib/db/queries/engine/log-partitions'
import { beginOutline, keepOutline, storingNow, areStoring } from '../../lib/db/queries/engine/log-blocks'
import { conditionOf, isLookedUp } from '../../lib/db/queries/log-filter'
import { COLUMNS, foundLine, scanLines } from '../../lib/db/queries/log-search'
import { candidatesFor, type Candidate } from '../../lib/domain/log-block/may-match'
import type { Outline } from '../../lib/domain/log-block/outline'
import { parse } from '../../lib/domain/log-filter/parse'
import { isService, matches } from '../../lib/domain/log-filter/matches'
import { print } from '../../lib/domain/log-filter/print'
import type { Filter } from '../../lib/domain/log-filter/filter'
import { makeLogOutliner } from '../../lib/worker/outline-logs'
import { removeOldLines } from '../../lib/telemetry/retention'
import { anyFilter } from '../harness/any-filter'
import { anyLine } from '../harness/any-line'
import { platformForTest, type TestPlatform } from '../harness/platform'

// Outlines leave lines out that cannot be what is asked for, and never another one: whoever stores lines, dies or is late meanwhile.

const DAY = '2026-01-01'
const NOON = Date.parse(`${DAY}T00:30:00Z`)
const never = new AbortController().signal
let t: TestPlatform
let environmentId: string
let services: { id: string; name: string }[]

beforeAll(async () => {
  t = await platformForTest()
  const owner = await t.owner()
  ;({ environmentId } = await t.project(owner))
  services = []
  for (const name of ['api', 'web']) services.push({ name, id: (await t.call(serviceCreate, { environmentId, name, source: { type: 'template', template: 'node-service' } }, { as: owner })).id })
  await makePartition(t.database.db, DAY)
})
afterAll(() => t.close())
beforeEach(async () => {
  await t.database.sql`delete from log_lines`
  await t.database.sql`delete from log_blocks`
})

const settled = { nowMs: NOON, servicesOf: (value: Parameters<typeof isService>[0]) => services.filter((service) => isService(value, service)).map(({ id }) => id) }
const store = (lines: readonly NewLine[], serviceId: string | null = services[0]!.id) => t.database.db.transaction((tx) => append(tx, { environmentId, serviceId }, lines))
const outline = (nowMs = NOON + 3_600_000) => makeLogOutliner({ db: t.database.db, now: () => new Date(nowMs) }, { worthLines: 1, blockLines: 5 }).round(never)
const line = (text: string, more: Partial<NewLine> = {}): NewLine => ({ kind: 'runtime', stream: 'stdout', at: new Date(NOON), text, deploymentId: null, ...more })
const outlines = async () => (await t.database.sql<{ at: string; isThere: boolean }[]>`select to_char(from_at at time zone 'UTC', 'HH24:MI') as at, outline is not null as "isThere" from log_blocks order by from_at`).map(({ at, isThere }) => `${at}${isThere ? '' : ' begun'}`)

function filterOf(text: string): Filter {
  const parsed = parse(text)
  if (!parsed.ok) throw new Error(parsed.problem.message)
  return parsed.filter
}

/** Every line that is found, page by page, and how many blocks were left out. */
async function found(filter: Filter, { isOlder = true, limit = 1_000 } = {}): Promise<{ ids: string[]; leftOut: number }> {
  let leftOut = 0
  const candidatesOf = (of: Outline): Candidate[] => {
    const candidates = candidatesFor(filter, settled)(of)
    leftOut += of.blocks.length - candidates.length
    return candidates
  }
  const query = { environmentId, condition: conditionOf(filter, { ...settled, environmentId }), lookup: isLookedUp(filter) ? conditionOf(filter, { ...settled, environmentId }, { isLookup: true }) : null, candidatesOf, fromMs: -Infinity, untilMs: Infinity }
  const ids: string[] = []
  let cursor: string | null = null
  do {
    const page: Awaited<ReturnType<typeof scanLines>> = await scanLines(t.database.db, query, { isOlder, cursor, limit, budgetMs: 60_000 })
    ids.push(...page.lines.map(({ view }) => view.id))
    cursor = page.next
  } while (cursor !== null)
  return { ids, leftOut }
}

const texts = async (filter: string) => {
  const { ids } = await found(filterOf(filter))
  const rows = await t.database.sql<{ id: string; text: string }[]>`select id::text as id, text from log_lines`
  return ids.map((id) => rows.find((row) => row.id === id)!.text)
}

it('the same lines are found with outlines as a filter lets through in memory, in both directions, page by page', async () => {
  // More than are read before outlines are asked, of which the rest are of every shape.
  const usual = Array.from({ length: 5_200 }, (_, n) => line(`usual ${n}`, { at: new Date(NOON + n) }))
  await store(usual)
  for (const { service, deployment: _deployment, ago, ...rest } of fc.sample(anyLine, { numRuns: 200, seed: 9 })) await store([{ ...rest, at: new Date(NOON - 60_000 - ago), deploymentId: null }], service === null ? null : services[service]!.id)
  await outline()
  const views = (await t.database.db.execute<Parameters<typeof foundLine>[0]>(sql`select ${COLUMNS} from log_lines order by log_lines.at desc, log_lines.id desc`)).map((row) => foundLine(row).view)
  expect(views).toHaveLength(5_400)
  const world = { nowMs: NOON, serviceName: (id: string) => services.find((service) => service.id === id)?.name ?? null, deploymentNumber: () => null }
  let leftOut = 0
  await fc.assert(
    fc.asyncProperty(anyFilter, fc.boolean(), fc.constantFrom(7, 1_000), async (filter, isOlder, limit) => {
      const wanted = views.filter((view) => matches(filter, view, world)).map(({ id }) => id)
      if (wanted.length > 2_000) return
      const got = await found(filter, { isOlder, limit })
      expect({ filter: print(filter), ids: got.ids }).toEqual({ filter: print(filter), ids: isOlder ? wanted : [...wanted].reverse() })
      leftOut += got.leftOut
    }),
    { numRuns: 120, seed: 12 },
  )
  // Otherwise nothing was left out.
  expect(leftOut).toBeGreaterThan(500)
})

describe('an outline', () => {
  it('is of five minutes that are over, and of none with few lines', async () => {
    await store([0, 1, 6, 12, 25].map((minute) => line(`at ${minute}`, { at: new Date(NOON - minute * 60_000) })))
    await makeLogOutliner({ db: t.database.db, now: () => new Date(NOON) }, { worthLines: 1, blockLines: 5 }).round(never)
    expect(await outlines()).toEqual(['00:05', '00:15', '00:20'])
    await t.database.sql`delete from log_blocks`
    await makeLogOutliner({ db: t.database.db, now: () => new Date(NOON + 600_000) }, { worthLines: 2, blockLines: 5 }).round(never)
    expect(await outlines()).toEqual([])
  })

  it('goes when a line of its time is stored, and no other', async () => {
    await store([line('one', { at: new Date(NOON - 60_000) }), line('two', { at: new Date(NOON - 600_000) })])
    await outline()
    expect(await outlines()).toEqual(['00:20', '00:25'])
    await store([line('now', { at: new Date(NOON + 3_600_000) })])
    expect(await outlines()).toEqual(['00:20', '00:25'])
    await store([line('late', { at: new Date(NOON - 61_000) })])
    expect(await outlines()).toEqual(['00:20'])
    expect(await texts('late')).toEqual(['late'])
    await outline()
    expect(await outlines()).toEqual(['00:20', '00:25'])
    expect(await texts('late')).toEqual(['late'])
  })

  it('that is being made while a line is stored is not kept, nor that of a worker that was late', async () => {
    await store([line('one')])
    const span = { environmentId, fromMs: NOON, untilMs: NOON + 300_000 }
    const first = await beginOutline(t.database.db, span)
    await store([line('meanwhile')])
    await keepOutline(t.database.db, span, { outline: '{"v":1,"from":0,"kinds":[],"blocks":[]}', attempt: first })
    expect(await outlines()).toEqual([])
    const second = await beginOutline(t.database.db, span)
    const third = await beginOutline(t.database.db, span)
    await keepOutline(t.database.db, span, { outline: 'of the second', attempt: second })
    expect(await outlines()).toEqual(['00:30 begun'])
    await keepOutline(t.database.db, span, { outline: 'of the third', attempt: third })
    expect(await outlines()).toEqual(['00:30'])
  })

  it('waits for whoever stores lines and has not committed', async () => {
    await store([line('one')])
    let commit = () => {}
    let stored = () => {}
    const isStored = new Promise<void>((resolve) => (stored = resolve))
    const storing = t.database.db.transaction(async (tx) => {
      await append(tx, { environmentId, serviceId: services[1]!.id }, [line('not yet committed')])
      stored()
      await new Promise<void>((resolve) => (commit = resolve))
    })
    await isStored
    const transactions = await storingNow(t.database.db)
    expect(transactions).toHaveLength(1)
    expect(await areStoring(t.database.db, transactions)).toBe(true)
    const round = outline()
    // It cannot end before this: it waits for the transaction.
    commit()
    await Promise.all([storing, round])
    expect(await areStoring(t.database.db, transactions)).toBe(false)
    expect(await texts('"not yet"')).toEqual(['not yet committed'])
  })

  it('goes with its day, and with its environment', async () => {
    await store([line('one')])
    await outline()
    await t.database.sql`insert into log_blocks (environment_id, from_at, until_at) values ('env_gone', now(), now() + interval '5 minutes')`
    expect(await dropPartition(t.database.db, DAY)).toBe(true)
    await removeOldLines(t.database.db, new Date(NOON), 7)
    expect(await outlines()).toEqual([])
    await makePartition(t.database.db, DAY)
  })
})
