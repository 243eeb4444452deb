import { expect, test } from 'vitest'

import type { RoutedReplica, RoutedService } from '../../db/queries/engine/routes'
import { routesOf } from './routes'

const replica: RoutedReplica = { phase: 'running', health: 'healthy', address: { host: '127.0.0.1', port: 30_001 }, crashes: 0, exitCode: null, byPlatform: false, part: '0' }
const second: RoutedReplica = { ...replica, address: { host: '127.0.0.1', port: 30_002 } }
const exited: RoutedReplica = { ...replica, phase: 'exited', health: 'unknown', address: null, crashes: 1, exitCode: 1 }
const running: RoutedService = {
  id: 'svc_1', name: 'api', hostLabel: 'api-production-shop', desired: 'running', privatePort: 30_500, activeId: 'dep_1', latestStatus: 'active',
  isSleeping: false, wasWoken: false, isHeld: false, isCron: false, restart: { policy: 'always', limit: 3 }, holdS: 30, accessLines: true, replicas: [replica],
}
const none = { activeId: null, replicas: [] }
const routeOf = (over: Partial<RoutedService>) => routesOf([{ ...running, ...over }], 'localhost')[0]!
const ports = (over: Partial<RoutedService>) => routeOf(over).targets.map((target) => target.port)

test('leads the host to the version that serves', () => {
  expect(routesOf([running], 'localhost')).toEqual([
    { serviceId: 'svc_1', name: 'api', hosts: ['api-production-shop.localhost'], privatePort: 30_500, targets: [{ host: '127.0.0.1', port: 30_001, deploymentId: 'dep_1', replica: '0' }], unavailable: null, hold: null },
  ])
})

test.each<[string, RoutedReplica[], number[]]>([
  ['all of them', [replica, second], [30_001, 30_002]],
  ['not the one that is ill', [{ ...replica, health: 'unhealthy' }, second], [30_002]],
  ['not the one that is starting', [{ ...replica, phase: 'starting' }, second], [30_002]],
  ['the ill ones when there is no other', [{ ...replica, health: 'unhealthy' }, exited], [30_001]],
])('leads to the replicas that answer: %s', (_, replicas, expected) => expect(ports({ replicas })).toEqual(expected))

test.each<[string, Partial<RoutedService>, string | null]>([
  ['stopped', { desired: 'stopped' }, 'stopped'],
  ['never deployed', { ...none, latestStatus: null }, 'not_deployed'],
  ['cancelled before it ran', { ...none, latestStatus: 'cancelled' }, 'not_deployed'],
  ['first building', { ...none, latestStatus: 'building' }, 'deploying'],
  ['failed', { ...none, latestStatus: 'failed' }, 'failed'],
  ['exited', { replicas: [exited] }, 'crashing'],
  ['exited and left so', { replicas: [exited], restart: { policy: 'never', limit: 3 } }, 'exited'],
  ['exited too often', { replicas: [{ ...exited, crashes: 4 }], restart: { policy: 'on_failure', limit: 3 } }, 'exited'],
  ['starting again after a crash', { replicas: [{ ...replica, phase: 'starting', crashes: 2 }] }, 'crashing'],
  ['starting again', { replicas: [{ ...replica, phase: 'starting' }] }, 'deploying'],
  ['runs by the clock', { isCron: true, replicas: [] }, 'cron'],
  ['still running while a newer one failed', { latestStatus: 'failed' }, null],
])('says why there is no answer: %s', (_, over, reason) => expect(routeOf(over).unavailable).toBe(reason))

test.each<[string, Partial<RoutedService>, string | null]>([
  ['one version replaces another', { isHeld: true }, 'replacing'],
  ['it sleeps', { isSleeping: true, replicas: [{ ...exited, byPlatform: true }] }, 'sleeping'],
  ['it is waking', { wasWoken: true, replicas: [{ ...replica, phase: 'starting', health: 'unknown', address: null }] }, 'sleeping'],
  ['it was woken and is there', { wasWoken: true }, null],
  ['it was woken and crashed', { wasWoken: true, replicas: [exited] }, null],
  ['it was stopped while it slept', { isSleeping: true, desired: 'stopped' }, null],
])('lets requests wait: %s', (_, over, reason) => expect(routeOf(over).hold).toEqual(reason === null ? null : { reason, forMs: 30_000 }))

test('says of a service that wants no access lines that it wants none', () => expect(routeOf({ accessLines: false }).accessLines).toBe(false))

test('forgets a deleted service', () => expect(routesOf([{ ...running, desired: 'deleted' }], 'localhost')).toEqual([]))
