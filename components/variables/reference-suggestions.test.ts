import { describe, expect, it } from 'vitest'

import { applySuggestion, openReference, suggestReferences, type Referable } from './reference-suggestions'

describe('openReference', () => {
  it.each([
    ['${{', 3, { from: 0, typed: '' }],
    ['http://${{ap', 12, { from: 7, typed: 'ap' }],
    ['${{api.URL}}', 12, null],
    ['${{api.URL}}', 7, { from: 0, typed: 'api.' }],
    ['plain', 5, null],
  ])('%j at %i', (value, caret, expected) => expect(openReference(value, caret)).toEqual(expected))
})

const service = (name: string): Referable => ({ name, source: { type: 'git', url: `https://host/${name}` } })
const database: Referable = { name: 'postgres', source: { type: 'database', engine: 'postgres', version: '18' } }

describe('suggestReferences', () => {
  it('offers what a client of a database needs before its parts', () =>
    expect(suggestReferences('', [database, service('api')]).map(({ text }) => text)).toEqual(['${{postgres.DATABASE_URL}}', '${{api.URL}}', '${{postgres.HOST}}', '${{api.HOST}}', '${{postgres.PORT}}', '${{api.PORT}}', '${{postgres.POSTGRES_USER}}', '${{api.PUBLIC_URL}}']))
  it('offers addresses of all services first', () => expect(suggestReferences('', [service('api'), service('my db')]).slice(0, 2).map(({ text }) => text)).toEqual(['${{api.URL}}', '${{"my db".URL}}']))
  it('narrows by service and key', () => expect(suggestReferences('api.po', [service('api'), service('web')]).map(({ text }) => text)).toEqual(['${{api.PORT}}']))
  it('offers nothing where there is nothing to refer to', () => expect(suggestReferences('', [])).toEqual([]))
})

describe('applySuggestion', () => {
  it('completes in the middle of a text', () => expect(applySuggestion('http://${{ap/v1', 12, '${{api.URL}}')).toEqual({ value: 'http://${{api.URL}}/v1', caret: 19 }))
  it('replaces a reference that is already closed', () => expect(applySuggestion('${{api.HOST}}', 6, '${{api.URL}}')).toEqual({ value: '${{api.URL}}', caret: 12 }))
})
