import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { diskWarning, oursOf, overBudget, surplusOf, type EngineImage, type NeededImages } from './storage'

const NOW = new Date('2026-11-21T12:00:00Z')
const HOUR = 3_600_000
const image = (fields: Partial<EngineImage> = {}): EngineImage => ({
  id: 'sha256:1',
  tags: ['easel/svc_1:dep_1'],
  digests: [],
  ownBytes: 100,
  createdAt: new Date(NOW.getTime() - 10 * HOUR).toISOString(),
  serviceId: 'svc_1',
  instanceId: null,
  inUse: false,
  ...fields,
})
const needed = (names: string[] = [], services: string[] = []): NeededImages => ({ names: new Set(names), services: new Set(services) })
const look = (images: EngineImage[], need = needed(), exists = true) => surplusOf(images, need, { id: 'ins_1', now: NOW, exists: () => exists }).map(({ id }) => id)

describe('what may go', () => {
  test('is an image of ours that nothing needs', () => expect(look([image()])).toEqual(['sha256:1']))

  test.each<[string, Partial<EngineImage>, NeededImages]>([
    ['a container is made of', { inUse: true }, needed()],
    ['a deployment needs by its id', {}, needed(['sha256:1'])],
    ['a deployment needs by its tag', {}, needed(['easel/svc_1:dep_1'])],
    ['a deployment needs by its digest', { tags: [], digests: ['r.example/app@sha256:9'] }, needed(['r.example/app@sha256:9'])],
    ['somebody has given another name', { tags: ['easel/svc_1:dep_1', 'mine:keep'] }, needed()],
    ['was made a moment ago', { createdAt: new Date(NOW.getTime() - 60_000).toISOString() }, needed()],
    ['a deployment on its way may be about to use', {}, needed([], ['svc_1'])],
  ])('is never one that %s', (_, fields, need) => expect(look([image(fields)], need)).toEqual([]))

  test('says why', () => {
    const why = (exists: boolean) => surplusOf([image()], needed(), { id: 'ins_1', now: NOW, exists: () => exists })[0]!.why
    expect(why(true)).toContain('kept to go back to')
    expect(why(false)).toContain('is gone')
  })
})

test.each<[string, Partial<EngineImage>, boolean]>([
  ['says that we made it', { instanceId: 'ins_1', serviceId: 'svc_gone' }, true],
  ['was made for a service that is here', {}, true],
  ['says that another installation made it', { instanceId: 'ins_2' }, false],
  ['was made for a service of whom nothing is known', { serviceId: 'svc_gone' }, false],
])('an image is ours when it %s', (_, fields, expected) => {
  expect(oursOf([image(fields)], { id: 'ins_1', now: NOW, exists: (id) => id === 'svc_1' })).toHaveLength(expected ? 1 : 0)
})

describe('a budget', () => {
  const three = [1, 2, 3].map((age) => image({ id: `sha256:${age}`, createdAt: new Date(NOW.getTime() - (10 - age) * HOUR).toISOString() }))
  const surplus = surplusOf(three, needed(), { id: 'ins_1', now: NOW, exists: () => true })

  test('takes the oldest first, and no more than it has to', () => {
    expect(overBudget(surplus, 1000, 850).map(({ id }) => id)).toEqual(['sha256:1', 'sha256:2'])
    expect(overBudget(surplus, 1000, 1000)).toEqual([])
    expect(overBudget(surplus, 1000, null)).toEqual([])
    expect(overBudget(surplus, 1000, 0)).toHaveLength(3)
  })

  test('is met, or everything that may go is taken', () =>
    fc.assert(
      fc.property(fc.nat(2000), fc.nat(2000), (used, budget) => {
        const taken = overBudget(surplus, used, budget)
        const left = used - taken.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
        expect(left <= budget || taken.length === surplus.length).toBe(true)
      }),
    ))
})

const GIB = 1024 ** 3
test.each([
  ['plenty', 100, 50, false],
  ['a tenth of a large disk', 4000, 300, false],
  ['little of a small disk', 100, 9, true],
  ['hardly anything', 4000, 1, true],
])('%s is warned of only when it is short', (_, total, free, warns) => {
  const warning = diskWarning({ path: '/data', totalBytes: total * GIB, freeBytes: free * GIB })
  expect(warning !== null).toBe(warns)
  if (warns) expect(warning).toContain(`${free} GiB of ${total} GiB are free`)
})
