import { describe, expect, it } from 'vitest'

import { PLATFORM_KEYS } from '@/lib/domain/reference'

import { applySuggestion, openReference, suggestReferences } from './reference-suggestions'

const offers = Object.entries(PLATFORM_KEYS).map(([key, meaning]) => ({ key, meaning }))
const service = (owner: string, keys: string[] = []) => ({ owner, keys, offers })

describe('openReference', () => {
  it.each([
    ['${{', 3, { from: 0, typed: '' }],
    ['http://${{ap', 12, { from: 7, typed: 'ap' }],
    ['${{api.URL}}', 12, null],
    ['${{api.URL}}', 7, { from: 0, typed: 'api.' }],
    ['plain', 5, null],
  ])('%j at %i', (value, caret, expected) => expect(openReference(value, caret)).toEqual(expected))
})

describe('suggestReferences', () => {
  const texts = (...given: Parameters<typeof suggestReferences>) => suggestReferences(...given).map(({ text }) => text)
  it('offers what is shared first, then addresses, then variables', () =>
    expect(texts('', [service('api', ['TOKEN']), { owner: 'shared', keys: ['KEY'], offers: [] }, service('my db')]).slice(0, 4)).toEqual(['${{shared.KEY}}', '${{api.URL}}', '${{"my db".URL}}', '${{api.TOKEN}}']))
  it('offers what a client of a database needs before its parts', () => {
    const database = { owner: 'postgres', keys: ['POSTGRES_USER'], offers: [{ key: 'DATABASE_URL', meaning: 'address' }, { key: 'HOST', meaning: 'host' }] }
    expect(texts('', [database, service('api', ['TOKEN'])]).slice(0, 4)).toEqual(['${{postgres.DATABASE_URL}}', '${{api.URL}}', '${{postgres.POSTGRES_USER}}', '${{api.TOKEN}}'])
  })
  it('narrows by service and key', () => expect(texts('api.po', [service('api'), service('web')])).toEqual(['${{api.PORT}}']))
  it('narrows by a quoted name', () => expect(texts('"my d', [service('my db', ['PASS'])])[1]).toBe('${{"my db".PASS}}'))
  it('offers a key once when a service has its own', () => expect(texts('api.url', [service('api', ['URL'])])).toEqual(['${{api.URL}}']))
  it('offers generators and the escape, also where there is nothing to refer to', () => {
    expect(texts('', [])).toEqual(['${{secret(32)}}', '${{secret(32, "0123456789abcdef")}}', '${{"${{"}}'])
    expect(texts('sec', [])[0]).toBe('${{secret(32)}}')
  })
})

describe('applySuggestion', () => {
  it('completes in the middle of a text', () => expect(applySuggestion('http://${{ap/v1', 12, '${{api.URL}}')).toEqual({ value: 'http://${{api.URL}}/v1', caret: 19 }))
  it('replaces a reference that is already closed', () => expect(applySuggestion('${{api.HOST}}', 6, '${{api.URL}}')).toEqual({ value: '${{api.URL}}', caret: 12 }))
})
