import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { authenticateBearer } from '../../lib/auth/authenticate'
import type { LinesFrame } from '../../lib/contract/live'
import { logDownloadPath, type LogDownloadInput, type LogLineView } from '../../lib/contract/log'
import { serviceCreate } from '../../lib/contract/service'
import { append, type NewLine } from '../../lib/db/queries/engine/log-lines'
import { announce } from '../../lib/events/announce'
import { openLogDownload } from '../../lib/http/download-log'
import { makeHub, type LiveHub } from '../../lib/http/live/hub'
import { tailFrames } from '../../lib/http/tail-log'
import { newId } from '../../lib/ids'
import { openTab, type LiveTab } from '../harness/live-tab'
import { platformForTest, type SignedIn, type TestPlatform } from '../harness/platform'
import { strangerTo } from '../harness/possessions'

let t: TestPlatform
let owner: SignedIn
let environmentId: string
let api: string
let web: string
let hub: LiveHub
let tabs: LiveTab[]

beforeEach(async () => {
  t = await platformForTest()
  owner = await t.owner()
  ;({ environmentId } = await t.project(owner))
  const draw = async (name: string) => (await t.call(serviceCreate, { environmentId, name, source: { type: 'template', template: 'node-service' } }, { as: owner })).id
  api = await draw('api')
  web = await draw('web')
  hub = makeHub(t.platform, t.database)
  tabs = []
})
afterEach(async () => {
  await Promise.all(tabs.map((tab) => tab.close()))
  hub.presence.close()
  await t.close()
})

const line = (text: string, more: Partial<NewLine> = {}): NewLine => ({ kind: 'runtime', stream: 'stdout', at: new Date(), text, deploymentId: 'dep_1', ...more })

async function print(serviceId: string, lines: readonly NewLine[]): Promise<void> {
  await t.database.db.transaction(async (tx) => {
    await append(tx, { environmentId, serviceId }, lines)
    await announce(tx, { kind: 'log', serviceId })
  })
}

async function open(filter: string, after?: string): Promise<LiveTab> {
  const tab = await openTab(hub, { environmentId, token: owner.accessToken, logs: [{ key: 'all', scope: { environmentId, filter }, ...(after === undefined ? {} : { after }) }] })
  tabs.push(tab)
  return tab
}

const textsOf = (tab: LiveTab) => tab.heard.filter(({ type }) => type === 'lines').flatMap(({ data }) => (data as LinesFrame).lines.map(({ text }) => text))

describe('following an environment', () => {
  it('begins with the newest lines that the filter lets through, and goes on with those of every service', async () => {
    await print(api, [line('an error before'), line('fine')])
    const tab = await open('error')
    await tab.hears<LinesFrame>('lines', ({ lines }) => lines.some(({ text }) => text === 'an error before'))
    await print(web, [line('fine, too'), line('an ERROR of web')])
    await print(api, [line('another error')])
    await tab.hears<LinesFrame>('lines', ({ lines }) => lines.some(({ text }) => text === 'another error'))
    await tab.hears<LinesFrame>('lines', ({ lines }) => lines.some(({ text }) => text === 'an ERROR of web'))
    expect(textsOf(tab).sort()).toEqual(['an ERROR of web', 'an error before', 'another error'])
  })

  it('goes on after a line, and refuses what it cannot read or may not', async () => {
    await print(api, [line('one'), line('two')])
    const [oldest] = await t.database.sql<{ id: string }[]>`select min(id)::text as id from log_lines`
    const tab = await open('', oldest!.id)
    const { lines } = await tab.hears<LinesFrame>('lines')
    expect(lines.map(({ text }) => text)).toEqual(['two'])
    const wrong = await openTab(hub, { environmentId, token: owner.accessToken, logs: [{ key: 'x', scope: { environmentId, filter: '(' } }, { key: 'y', scope: { environmentId: newId('environment'), filter: '' } }] })
    tabs.push(wrong)
    expect(await wrong.hears('log_refused', ({ log }: { log: string }) => log === 'x')).toMatchObject({ code: 'invalid_input' })
    expect(await wrong.hears('log_refused', ({ log }: { log: string }) => log === 'y')).toMatchObject({ code: 'not_found' })
  })

  it('misses and repeats nothing when services are stored out of order and in floods', async () => {
    const source = tailFrames(t.platform, { asked: { environmentId, filter: 'n' }, after: null, tail: 200 })
    const seen: string[] = []
    const round = async () => {
      do seen.push(...(await source.next()).map(({ data }) => (data as LogLineView).text))
      while (source.isBehind!())
    }
    await round()
    // The first one takes its ids early and commits late.
    let commit = () => {}
    const isToCommit = new Promise<void>((resolve) => (commit = resolve))
    let isStored = () => {}
    const stored = new Promise<void>((resolve) => (isStored = resolve))
    const slow = t.database.db.transaction(async (tx) => {
      await append(tx, { environmentId, serviceId: api }, [line('n slow')])
      isStored()
      await isToCommit
    })
    await stored
    await print(web, Array.from({ length: 950 }, (_, n) => line(`n ${n}`)))
    source.concerns({ kind: 'log', serviceId: web })
    await round()
    expect(seen).toEqual(Array.from({ length: 950 }, (_, n) => `n ${n}`))
    commit()
    await slow
    source.concerns({ kind: 'log', serviceId: api })
    await round()
    await round()
    expect(seen.slice(950)).toEqual(['n slow'])
  })
})

describe('a download', () => {
  const download = async (input: LogDownloadInput, as: SignedIn = owner) => {
    const actor = await authenticateBearer(t.platform, `Bearer ${as.accessToken}`)
    return openLogDownload(t.platform, { environmentId, call: { actor, requestId: 'req_test', ip: null }, request: new Request(`http://easel.test${logDownloadPath(environmentId, input)}`) })
  }

  it('has every filtered line once, oldest first, as text and as JSON', async () => {
    const first = Date.now() - 60_000
    const at = (n: number) => new Date(first + n)
    await print(api, Array.from({ length: 4_500 }, (_, n) => line(`\u001b[1mn${n}\u001b[0m`, { at: at(n) })))
    await print(web, [line('not this', { at: at(3) })])
    const text = await (await download({ filter: 'nothing' })).text()
    expect(text).toBe('')
    const all = (await (await download({ filter: 'service:api' })).text()).trimEnd().split('\n')
    expect(all).toHaveLength(4_500)
    expect(all.map((each) => each.split(' ')[2])).toEqual(Array.from({ length: 4_500 }, (_, n) => `n${n}`))
    expect(all[0]).toBe(`${at(0).toISOString()} api n0`)
    const response = await download({ filter: '-service:api', format: 'jsonl' })
    expect(response.headers.get('content-disposition')).toContain('logs.jsonl')
    expect(JSON.parse(await response.text())).toMatchObject({ text: 'not this', serviceId: web })
  })

  it('holds no more than a page while its client takes nothing', async () => {
    await print(api, Array.from({ length: 30 }, (_, n) => line(`${n} ${'x'.repeat(900_000)}`, { at: new Date(Date.now() - 60_000) })))
    const response = await download({})
    const reader = response.body!.getReader()
    const first = await reader.read()
    expect(first.value!.byteLength).toBeLessThan(12 * 1024 * 1024)
    let bytes = first.value!.byteLength
    for (let next = await reader.read(); !next.done; next = await reader.read()) bytes += next.value.byteLength
    expect(bytes).toBeGreaterThan(30 * 900_000)
  })

  it('is refused to others, and where the filter cannot be read', async () => {
    const { stranger } = await strangerTo(t, owner)
    await expect(download({}, stranger)).rejects.toMatchObject({ code: 'not_found' })
    await expect(download({ filter: '(' })).rejects.toMatchObject({ code: 'invalid_input' })
  })
})
