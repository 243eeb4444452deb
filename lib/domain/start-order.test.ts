import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { waitsFor, type OnItsWay } from './start-order'

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute))
const one = (serviceId: string, reaches: string[] | null, more: Partial<OnItsWay> = {}): OnItsWay => ({ serviceId, status: reaches ? 'releasing' : 'queued', trigger: 'manual', createdAt: at(1), releasedAt: reaches ? at(5) : null, reaches, ...more })

describe('who waits for whom', () => {
  const table: [string, OnItsWay, OnItsWay[], string[]][] = [
    ['nobody, when nothing else is on its way', one('web', ['api']), [], []],
    ['one that is being built', one('web', ['api']), [one('api', null)], ['api']],
    ['one that is starting', one('web', ['api', 'db']), [one('api', ['db']), one('db', [])], ['api', 'db']],
    ['nobody it does not refer to', one('web', []), [one('api', null)], []],
    ['nobody that was asked for later', one('web', ['api']), [one('api', null, { createdAt: at(6) })], []],
    ['nobody in a circle', one('web', ['api']), [one('api', ['web'])], []],
    ['nobody in a long circle', one('web', ['api']), [one('api', ['db']), one('db', ['web'])], []],
    ['not itself', one('web', ['web']), [], []],
    ['nobody, to go back', one('web', ['api'], { trigger: 'rollback' }), [one('api', null)], []],
    ['nobody, to undo harm', one('web', ['api'], { trigger: 'harm' }), [one('api', null)], []],
    ['nobody before it is released', one('web', null), [one('api', null)], []],
  ]
  it.each(table)('%s', (_, self, others, expected) => expect(waitsFor(self, [self, ...others])).toEqual(expected))

  it('somebody can always start, whoever refers to whom', () => {
    const names = ['a', 'b', 'c', 'd', 'e']
    const services = fc.tuple(...names.map((name) => fc.subarray(names).map((reaches) => one(name, reaches))))
    fc.assert(fc.property(services, (all) => void expect(all.some((self) => waitsFor(self, all).length === 0)).toBe(true)))
  })
})
