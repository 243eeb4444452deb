import { expect, test } from 'vitest'

import { fakeDriver } from '../provisioning/runtime/fake/fake-driver'
import { impatient } from './impatient'

const never = new AbortController().signal

test('an engine that swallows everything is given up, and not asked again for a while', async () => {
  let asked = 0
  const driver = impatient({ ...fakeDriver(), observe: () => new Promise(() => void asked++) }, 'build-1', 20)
  for (let i = 0; i < 3; i++) await expect(driver.observe(null, never)).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('build-1 does not answer.') as string })
  expect(asked).toBe(1)
})

test('an engine that answers, and one that refuses, are asked each time', async () => {
  let asked = 0
  const driver = impatient({ ...fakeDriver(), observe: async () => (++asked === 2 ? Promise.reject(new Error('refused')) : []) }, 'build-1', 1_000)
  expect(await driver.observe(null, never)).toEqual([])
  await expect(driver.observe(null, never)).rejects.toThrow('refused')
  expect(await driver.observe(null, never)).toEqual([])
})
