import { expect, it } from 'vitest'

import { Password } from '@/lib/contract/auth'

import { PASSWORD_RULES } from './password-rules'

it.each(['', 'short', 'exactly8', 'a long but ordinary sentence', 'é'.repeat(36), 'é'.repeat(37), 'x'.repeat(72), 'x'.repeat(73)])(
  'ticks every rule exactly when the contract accepts %j',
  (password) => {
    expect(PASSWORD_RULES.every(({ holds }) => holds(password))).toBe(Password.safeParse(password).success)
  },
)
