import { expect, test } from 'vitest'

import { lossOf } from './job-words'

const job = { task: 'run-deployment', service: { id: 'svc', name: 'api' }, environment: { id: 'env', name: 'production' }, deployment: null, isGoing: false }
const of = (status: 'queued' | 'failed') => ({ id: 'dep', number: 4, status, newest: 4 })

test.each([
  ['a deployment that waits for it', { ...job, deployment: of('queued') }, /Deployment 4 of api is cancelled/],
  ['a deployment that has ended', { ...job, deployment: of('failed') }, /is failed and stays so/],
  ['a source that is not read', { ...job, task: 'inspect' }, /plan for building api/],
  ['a look that comes again by itself', { ...job, task: 'reconcile', service: null }, /production is looked at again/],
  ['something that goes', { ...job, isGoing: true, deployment: of('queued') }, /being deleted anyway/],
])('says what is lost with %s', (_, given, expected) => {
  expect(lossOf(given)).toMatch(expected)
})
