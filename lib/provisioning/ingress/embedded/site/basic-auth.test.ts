import { expect, test } from 'vitest'

import { doorkeeper } from './basic-auth'

const as = (name: string, password: string) => `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`

/** A keeper whose hashes are the passwords, and what it was asked. */
function keeper() {
  const clock = { now: 0 }
  const looked: string[] = []
  let going = 0
  let most = 0
  const check = async (stored: string, password: string) => {
    most = Math.max(most, ++going)
    looked.push(password)
    await new Promise((resolve) => setImmediate(resolve))
    going--
    return stored === password
  }
  return { ...doorkeeper(check, () => clock.now), clock, looked, most: () => most }
}

test('what fits is looked at once, until it is forgotten or the password is another one', async () => {
  const { knows, looked, clock } = keeper()
  const ann = [{ name: 'ann', hash: 'one' }]
  expect(await knows(ann, as('ann', 'one'))).toBe(true)
  expect(knows(ann, as('ann', 'one'))).toBe(true)
  expect(looked).toEqual(['one'])
  expect(await knows([{ name: 'ann', hash: 'two' }], as('ann', 'one'))).toBe(false)
  expect(await knows([], as('ann', 'one'))).toBe(false)
  clock.now = 11 * 60_000
  expect(knows(ann, as('ann', 'one'))).toBeInstanceOf(Promise)
})

test('who is not known is looked at as well, so that time does not tell', async () => {
  const { knows, looked } = keeper()
  expect(await knows([{ name: 'ann', hash: 'one' }], as('bob', 'x'))).toBe(false)
  expect(looked).toEqual(['x'])
})

test('what is no name with a password is not looked at', () => {
  const { knows, looked } = keeper()
  for (const text of [undefined, '', 'Bearer abc', 'Basic', 'Basic ???', `Basic ${Buffer.from('nocolon').toString('base64')}`, `Basic ${'a'.repeat(2_000)}`]) expect(knows([{ name: 'ann', hash: 'one' }], text)).toBe(false)
  expect(looked).toEqual([])
})

test('two are looked at at once, some wait, and more are told to come back', async () => {
  const { knows, most } = keeper()
  const answers = Array.from({ length: 100 }, (_, i) => knows([{ name: 'ann', hash: 'one' }], as('ann', `${i}`)))
  expect(answers.filter((answer) => answer === 'busy')).toHaveLength(100 - 66)
  expect(new Set(await Promise.all(answers))).toEqual(new Set([false, 'busy']))
  expect(most()).toBe(2)
  expect(await knows([{ name: 'ann', hash: 'one' }], as('ann', 'one'))).toBe(true)
})
