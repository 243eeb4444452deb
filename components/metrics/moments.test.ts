import { expect, it } from 'vitest'

import type { DeploymentMoment } from '@/lib/contract/deployment'

import { gathered, marksWords } from './moments'

const FRAME = { fromMs: Date.UTC(2026, 4, 1, 12), untilMs: Date.UTC(2026, 4, 1, 13) }
const moment = (number: number, minute: number, more: Partial<DeploymentMoment> = {}): DeploymentMoment => ({ id: `dep_${number}`, serviceId: 'svc_a', number, status: 'retired', at: new Date(Date.UTC(2026, 4, 1, 12, minute)).toISOString(), ...more })

it('has one mark for what cannot be told apart, and none for what is outside', () => {
  const marks = gathered([moment(4, 40), moment(1, 10), moment(2, 11), moment(3, 30), moment(5, 70), moment(0, -1)], FRAME)
  expect(marks.map(({ moments }) => moments.map(({ number }) => number))).toEqual([[1, 2], [3], [4]])
  expect(marks.map(({ along }) => along)).toEqual([10 / 60, 0.5, 40 / 60])
})

it('names the newest of them', () => {
  expect(marksWords([moment(1, 0), moment(2, 0, { status: 'failed' })], { svc_a: 'api' })).toBe('api #1, api #2 failed')
  expect(marksWords([1, 2, 3, 4, 5].map((number) => moment(number, 0)), {})).toBe('Deleted service #3, Deleted service #4, Deleted service #5 and 2 more')
})
