import { expect, test } from 'vitest'

import { canDiscardJob, canRetryJob, isDeployedAnew, type JobFacts } from './job'

const job = (facts: Partial<JobFacts> = {}): JobFacts => ({ status: 'dead', isGoing: false, deployment: null, ...facts })
const of = (status: NonNullable<JobFacts['deployment']>['status'], newest = 4) => ({ number: 4, status, newest })

test.each<[string, JobFacts, RegExp | null]>([
  ['a dead job', job(), null],
  ['one that is tried again anyway', job({ status: 'retrying' }), null],
  ['one at work', job({ status: 'working' }), /at this job now/],
  ['one that waits', job({ status: 'waiting' }), /has not failed/],
  ['a routine look', job({ status: 'scheduled' }), /has not failed/],
  ['of a deployment on its way', job({ deployment: of('building') }), null],
  ['of one on its way that a newer one follows', job({ deployment: of('queued', 5) }), null],
  ['of a failed deployment', job({ deployment: of('failed') }), null],
  ['of a failed deployment that a newer one followed', job({ deployment: of('failed', 6) }), /Deployment 6 came after deployment 4/],
  ['of a failed deployment of a service that goes', job({ deployment: of('failed'), isGoing: true }), /being deleted/],
  ['of a cancelled deployment', job({ deployment: of('cancelled') }), /Deployment 4 is cancelled/],
  ['of one that is released', job({ deployment: of('releasing') }), /Deployment 4 is releasing/],
  ['of one that serves', job({ deployment: of('active') }), /Deployment 4 is active/],
])('may be tried again: %s', (_, facts, expected) => {
  if (expected === null) expect(canRetryJob(facts)).toBeNull()
  else expect(canRetryJob(facts)).toMatch(expected)
})

test('any job may be discarded but one at work', () => {
  expect(canDiscardJob({ status: 'dead' })).toBeNull()
  expect(canDiscardJob({ status: 'waiting' })).toBeNull()
  expect(canDiscardJob({ status: 'working' })).toMatch(/Wait/)
})

test('only a failed deployment is deployed anew', () => {
  expect(isDeployedAnew(job({ deployment: of('failed') }))).toBe(true)
  expect(isDeployedAnew(job({ deployment: of('building') }))).toBe(false)
  expect(isDeployedAnew(job())).toBe(false)
})
