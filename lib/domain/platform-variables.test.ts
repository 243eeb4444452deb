import { expect, test } from 'vitest'

import { VariableKey } from '../contract/service'
import { platformEnvironment, platformVariables, type PlatformFacts } from './platform-variables'

const facts: PlatformFacts = {
  port: 30010,
  publicUrl: 'http://web-production-shop.localhost:8080',
  privateUrl: 'http://127.0.0.1:30001',
  project: { id: 'prj_1', name: 'Shop' },
  environment: { id: 'env_1', name: 'production' },
  service: { id: 'svc_1', name: 'web' },
  deployment: { id: 'dep_1', number: 7 },
  commit: 'abc',
}

test('a process is given all of them', () => {
  expect(platformEnvironment(facts)).toEqual({
    PORT: '30010',
    EASEL_PUBLIC_URL: 'http://web-production-shop.localhost:8080',
    EASEL_PUBLIC_DOMAIN: 'web-production-shop.localhost',
    EASEL_PRIVATE_URL: 'http://127.0.0.1:30001',
    EASEL_PRIVATE_DOMAIN: '127.0.0.1',
    EASEL_PROJECT: 'Shop',
    EASEL_PROJECT_ID: 'prj_1',
    EASEL_ENVIRONMENT: 'production',
    EASEL_ENVIRONMENT_ID: 'env_1',
    EASEL_SERVICE: 'web',
    EASEL_SERVICE_ID: 'svc_1',
    EASEL_DEPLOYMENT_ID: 'dep_1',
    EASEL_DEPLOYMENT_NUMBER: '7',
    EASEL_COMMIT: 'abc',
  })
})

test('what is known only once it is deployed is listed without a value and not injected', () => {
  const before = { ...facts, port: null, deployment: null, commit: null }
  expect(platformVariables(before).filter(({ value }) => value === null).map(({ key }) => key)).toEqual(['PORT', 'EASEL_DEPLOYMENT_ID', 'EASEL_DEPLOYMENT_NUMBER', 'EASEL_REPLICA', 'EASEL_RUN_ID', 'EASEL_COMMIT'])
  expect(Object.keys(platformEnvironment(before))).not.toContain('PORT')
})

test('a source without commits has an empty commit, not a missing one', () => {
  expect(platformEnvironment({ ...facts, commit: '' }).EASEL_COMMIT).toBe('')
})

test('no variable of a service can have one of these names', () => {
  for (const { key } of platformVariables(facts)) expect(VariableKey.safeParse(key).success, key).toBe(false)
})
