import { expect, it } from 'vitest'

import type { CanvasState } from './store'
import { lossesOf } from './losses'

const state = {
  services: { a: { id: 'a', name: 'api', state: 'running' }, b: { id: 'b', name: 'web', state: 'running' }, c: { id: 'c', name: 'old', state: 'removing' } },
  volumes: {
    free: { id: 'free', name: 'free', serviceId: null, isDeleting: false },
    used: { id: 'used', name: 'used', serviceId: 'a', isDeleting: false },
    gone: { id: 'gone', name: 'gone', serviceId: null, isDeleting: true },
  },
  groups: { g: { id: 'g', name: 'Back' } },
  links: [{ from: 'b', to: 'a' }, { from: 'a', to: 'b' }],
} as unknown as CanvasState

const names = (all: readonly { name: string }[]) => all.map(({ name }) => name)

it('names what goes, what stays of it and who needs it', () => {
  const losses = lossesOf(state, ['a', 'c', 'free', 'gone', 'g'])
  expect([names(losses.services), names(losses.volumes), names(losses.groups), names(losses.kept), losses.dependents]).toEqual([['api'], ['free'], ['Back'], ['used'], ['web']])
})

it('never counts a volume among what goes while a service has it', () => {
  expect(lossesOf(state, ['a', 'used'])).toMatchObject({ volumes: [], kept: [{ name: 'used' }] })
  expect(lossesOf(state, ['used'])).toMatchObject({ volumes: [], kept: [{ name: 'used' }] })
})
