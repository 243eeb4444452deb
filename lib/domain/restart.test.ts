import { describe, expect, it } from 'vitest'

import { afterExit } from './restart'

describe('after an exit', () => {
  it.each([
    ['always', 0, null, 1, 'again'],
    ['always', 1, null, 5_000, 'again'],
    ['on_failure', 0, null, 1, 'ended'],
    ['on_failure', 1, null, 3, 'again'],
    ['on_failure', 1, null, 4, 'given_up'],
    ['on_failure', null, 'SIGKILL', 1, 'again'],
    ['on_failure', null, null, 1, 'again'],
    ['never', 0, null, 1, 'ended'],
    ['never', 1, null, 1, 'given_up'],
    ['never', null, 'SIGSEGV', 1, 'given_up'],
    ['never', null, null, 1, 'given_up'],
  ] as const)('%s with a limit of 3: code %s, signal %s, number %i in a row → %s', (policy, code, signal, inARow, expected) => {
    expect(afterExit({ policy, limit: 3 }, { code, signal, inARow })).toBe(expected)
  })
})
