import { describe, expect, test } from 'vitest'

import { route, until } from '../conformance/stage'
import type { Route } from '../table'
import type { Page } from './pages'
import { reception } from './reception'
import { indexRoutes, keyOf, type Target } from './route-index'
import { recorder } from './telemetry/recorder'
import { newStory } from './telemetry/story'
import { ending, type Report, type Visitor } from './visitor'

const target = (port: number): Target => ({ host: '127.0.0.1', port, deploymentId: `dep_${port}` })

/** A desk with a table that can be changed, and visitors whose attempts end as the test says. */
function desk(first: Route[], limits = { perService: 10, overall: 10 }) {
  let version = 0
  let index = indexRoutes({ version, routes: first })
  const { receive, follow, counters, room } = reception(() => index, { answerMs: 1_000, limits, recorder: recorder({ index: () => index, onTrouble: (cause) => { throw cause } }) })
  return {
    counters,
    room,
    publish(...routes: Route[]) {
      index = indexRoutes({ version: ++version, routes })
      follow()
    },
    visit(arrivedAt = performance.now(), host = 'a.localhost') {
      const over = ending()
      const tries: { port: number; fresh: boolean; report: Report }[] = []
      const pages: Page[] = []
      const visitor: Visitor = {
        ...over,
        story: { ...newStory(), arrivedAt },
        host,
        find: () => index.byHost(host),
        about: { method: 'GET', target: '/', client: '127.0.0.1', requestId: 'req_1' },
        caller: () => null,
        conclude: () => true,
        refuse: (page) => void pages.push(page),
        attempt: ({ port }, fresh, report) => void tries.push({ port, fresh, report }),
      }
      receive(visitor)
      return { tries, pages, end: over.end, last: () => tries[tries.length - 1]!, ports: () => tries.map(({ port }) => port) }
    },
  }
}

const refused = { kind: 'not_connected', mayRepeat: true } as const
const open = ({ counters }: ReturnType<typeof desk>) => counters.read().targets

describe('a target that does not take a request', () => {
  test('is followed by the others, then by a page', () => {
    const now = desk([route({ targets: [target(1), target(2)] })])
    const visit = now.visit()
    visit.last().report.failed(refused)
    expect(visit.ports()).toEqual([1, 2])
    expect(open(now)).toEqual({ [keyOf(target(2))]: 1 })
    visit.last().report.failed(refused)
    expect(visit.pages).toMatchObject([{ status: 502 }])
    expect(now.counters.read()).toMatchObject({ targets: {}, services: { svc_a: { open: 0 } } })
  })

  test('is asked again on a connection of its own when only the kept one was dead', () => {
    const now = desk([route({ targets: [target(1)] })])
    const visit = now.visit()
    visit.last().report.failed({ kind: 'stale', mayRepeat: true })
    expect(visit.tries.map(({ port, fresh }) => ({ port, fresh }))).toEqual([
      { port: 1, fresh: false },
      { port: 1, fresh: true },
    ])
    expect(open(now)).toEqual({ [keyOf(target(1))]: 1 })
  })

  test.each([
    ['refused', refused],
    ['a kept connection was dead', { kind: 'stale', mayRepeat: true }],
    ['broke off, but may be repeated', { kind: 'broken', mayRepeat: true }],
  ] as const)('is not asked again, nor its fellows, when the table has changed meanwhile: %s', (_, failure) => {
    const now = desk([route({ targets: [target(1), target(2)] })])
    const visit = now.visit()
    now.publish(route({ targets: [target(3)] }))
    visit.last().report.failed(failure)
    expect(visit.ports()).toEqual([1, 3])
    expect(open(now)).toEqual({ [keyOf(target(3))]: 1 })
    visit.last().report.answered()
    visit.end()
    expect(now.counters.read()).toMatchObject({ targets: {}, services: { svc_a: { open: 0, held: 0 } } })
  })

  test.each([
    ['what may have taken effect', { kind: 'broken', mayRepeat: false }, 502],
    ['what took too long', { kind: 'timeout', mayRepeat: true }, 504],
  ] as const)('ends it for %s', (_, failure, status) => {
    const now = desk([route({ targets: [target(1), target(2)] })])
    const visit = now.visit()
    visit.last().report.failed(failure)
    expect(visit.ports()).toEqual([1])
    expect(visit.pages).toMatchObject([{ status }])
  })

  test('leads into the holding room when the service waits for another version now', async () => {
    const now = desk([route({ targets: [target(1)] })])
    const visit = now.visit()
    now.publish(route({ hold: { reason: 'replacing', forMs: 60_000 } }))
    visit.last().report.failed(refused)
    expect(now.counters.read().services).toMatchObject({ svc_a: { open: 0, held: 1 } })
    now.publish(route({ targets: [target(2)] }))
    await until(visit.ports, (ports) => ports.length > 1)
    expect(visit.ports()).toEqual([1, 2])
    visit.end()
  })

  test('is not looked for without end', () => {
    const now = desk([route({ targets: [target(1)] })])
    const visit = now.visit()
    for (let port = 2; visit.pages.length === 0; port++) {
      now.publish(route({ targets: [target(port)] }))
      visit.last().report.failed(refused)
    }
    expect(visit.ports()).toEqual([1, 2, 3, 4])
    expect(visit.pages).toMatchObject([{ status: 502 }])
    expect(open(now)).toEqual({})
  })

  test('is nothing to a client that has gone', () => {
    const now = desk([route({ targets: [target(1), target(2)] })])
    const visit = now.visit()
    visit.end()
    visit.last().report.failed({ kind: 'broken', mayRepeat: true })
    expect([visit.ports(), visit.pages]).toEqual([[1], []])
    expect(now.counters.read()).toMatchObject({ targets: {}, services: { svc_a: { open: 0 } } })
  })
})

test('so many requests wait for a service, and so many in all; more are told to come back', () => {
  const hold = { reason: 'sleeping', forMs: 60_000 } as const
  const now = desk([route({ hold }), route({ serviceId: 'svc_b', hosts: ['b.localhost'], hold })], { perService: 2, overall: 3 })
  const visits = Array.from({ length: 3 }, () => now.visit())
  expect(visits.map(({ pages }) => pages)).toEqual([[], [], [{ status: 503, retryS: 5, title: 'Too many wait for a', text: expect.any(String) }]])
  const others = Array.from({ length: 2 }, () => now.visit(performance.now(), 'b.localhost'))
  expect(others.map(({ pages }) => pages.length)).toEqual([0, 1])
  visits[0]!.end()
  expect(now.visit().pages).toEqual([])
  now.room.close()
})
