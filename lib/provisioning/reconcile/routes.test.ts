import { expect, test } from 'vitest'

import { routesOf, type RoutedService } from './routes'

const running: RoutedService = {
  id: 'svc_1', name: 'api', hostLabel: 'api-production-shop', desired: 'running', privatePort: 30_500, hasActive: true, latestStatus: 'active',
  workload: { phase: 'running', address: { host: '127.0.0.1', port: 30_001 }, crashes: 0 },
}
const none = { hasActive: false, workload: null }

test('leads the host to the version that serves', () => {
  expect(routesOf([running], 'localhost')).toEqual([
    { serviceId: 'svc_1', name: 'api', hosts: ['api-production-shop.localhost'], privatePort: 30_500, targets: [{ host: '127.0.0.1', port: 30_001 }], unavailable: null },
  ])
})

test.each<[string, Partial<RoutedService>, string | null]>([
  ['stopped', { desired: 'stopped' }, 'stopped'],
  ['never deployed', { ...none, latestStatus: null }, 'not_deployed'],
  ['cancelled before it ran', { ...none, latestStatus: 'cancelled' }, 'not_deployed'],
  ['first building', { ...none, latestStatus: 'building' }, 'deploying'],
  ['failed', { ...none, latestStatus: 'failed' }, 'failed'],
  ['exited', { workload: { phase: 'exited', address: null, crashes: 1 } }, 'crashing'],
  ['starting again after a crash', { workload: { ...running.workload!, phase: 'starting', crashes: 2 } }, 'crashing'],
  ['starting again', { workload: { ...running.workload!, phase: 'starting' } }, 'deploying'],
  ['still running while a newer one failed', { latestStatus: 'failed' }, null],
])('says why there is no answer: %s', (_, over, reason) => expect(routesOf([{ ...running, ...over }], 'localhost')[0]!.unavailable).toBe(reason))

test('forgets a deleted service', () => expect(routesOf([{ ...running, desired: 'deleted' }], 'localhost')).toEqual([]))
