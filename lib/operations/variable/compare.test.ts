import { describe, expect, it } from 'vitest'

import { compareVariables } from './compare'

const present = { SECRET: { value: 's', secret: true }, PLAIN: { value: 'p', secret: false } }
const kept = { SECRET: { value: null, secret: true }, PLAIN: { value: 'p', secret: false } }

describe('replacing variables', () => {
  it.each([
    ['with the same changes nothing', kept, { set: [], removed: [], problems: {} }],
    ['with the same value changes nothing', { ...kept, SECRET: 's' }, { set: [], removed: [], problems: {} }],
    ['with nothing removes all', {}, { set: [], removed: ['SECRET', 'PLAIN'], problems: {} }],
    ['adds', { ...kept, NEW: '' }, { set: ['NEW'], removed: [], problems: {} }],
    ['changes a value', { ...kept, SECRET: 't' }, { set: ['SECRET'], removed: [], problems: {} }],
    ['hides a plain value', { ...kept, PLAIN: { value: null, secret: true } }, { set: ['PLAIN'], removed: [], problems: {} }],
    ['shows a secret whose value is given again', { ...kept, SECRET: { value: 's', secret: false } }, { set: ['SECRET'], removed: [], problems: {} }],
    ['does not show a secret whose value is not given', { ...kept, SECRET: { value: null, secret: false } }, { set: [], removed: [], problems: { SECRET: expect.any(String) } }],
    ['changes when it is given', { ...kept, PLAIN: { value: null, secret: false, scope: 'run' } }, { set: ['PLAIN'], removed: [], problems: {} }],
    ['keeps when it is given', { ...kept, PLAIN: { value: null, secret: false, scope: undefined } }, { set: [], removed: [], problems: {} }],
    ['cannot keep what is not there', { ...kept, GONE: { value: null, secret: true }, constructor: { value: null, secret: true } }, { set: [], removed: [], problems: { GONE: expect.any(String), constructor: expect.any(String) } }],
  ])('%s', (_, wanted, expected) => {
    expect(compareVariables(present, wanted as never)).toMatchObject(expected)
  })

  it('gives what there will be, kept values included', () => {
    expect(compareVariables(present, { SECRET: { value: null, secret: true }, NEW: 'n' }).next).toEqual({ SECRET: { value: 's', secret: true, scope: 'both' }, NEW: { value: 'n', secret: true, scope: 'both' } })
  })

  it('keeps what was generated while its generator is there', () => {
    const first = compareVariables({}, { KEY: 'x${{secret(16)}}' }).next
    expect(first.KEY!.generated).toEqual([expect.stringMatching(/^[A-Za-z0-9]{16}$/)])
    expect(compareVariables(first, { KEY: { value: null, secret: true } })).toMatchObject({ set: [], next: first })
    expect(compareVariables(first, { KEY: 'y${{secret(16)}}' }).next.KEY!.generated).toEqual(first.KEY!.generated)
    expect(compareVariables(first, { KEY: 'plain' }).next.KEY).not.toHaveProperty('generated')
    expect(compareVariables(first, { KEY: '${{secret(17)}}' }).next.KEY!.generated![0]).toHaveLength(17)
  })
})
