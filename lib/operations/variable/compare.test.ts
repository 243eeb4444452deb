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
    ['cannot keep what is not there', { ...kept, GONE: { value: null, secret: true }, constructor: { value: null, secret: true } }, { set: [], removed: [], problems: { GONE: expect.any(String), constructor: expect.any(String) } }],
  ])('%s', (_, wanted, expected) => {
    expect(compareVariables(present, wanted as never)).toMatchObject(expected)
  })

  it('gives what there will be, kept values included', () => {
    expect(compareVariables(present, { SECRET: { value: null, secret: true }, NEW: 'n' }).next).toEqual({ SECRET: { value: 's', secret: true }, NEW: { value: 'n', secret: true } })
  })
})
