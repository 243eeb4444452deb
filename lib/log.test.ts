import { inspect } from 'node:util'

import { describe, expect, it } from 'vitest'

import { Secret, withoutParameters } from './log'

describe('the log', () => {
  it('prints a secret in no way', () => {
    const secret = new Secret('hunter2')
    expect([String(secret), JSON.stringify({ secret }), inspect(secret), `${secret}`].join()).not.toContain('hunter2')
    expect(secret.reveal()).toBe('hunter2')
  })

  it('cuts the parameters off a failed query, wherever it stands in the chain', () => {
    const query = Object.assign(new Error('Failed query: insert into users values ($1)\nparams: hunter2,more\nlines'), { params: ['hunter2'], query: 'insert into users values ($1)' })
    const printed = JSON.stringify(withoutParameters(new Error('outer', { cause: query })))
    expect(printed).not.toContain('hunter2')
    expect(printed).toContain('insert into users')
  })
})
