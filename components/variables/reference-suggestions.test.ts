import { describe, expect, it } from 'vitest'

import { applySuggestion, openReference, suggestReferences } from './reference-suggestions'

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
  it('offers addresses of all services first', () => expect(suggestReferences('', ['api', 'my db']).slice(0, 2).map(({ text }) => text)).toEqual(['${{api.URL}}', '${{"my db".URL}}']))
  it('narrows by service and key', () => expect(suggestReferences('api.po', ['api', 'web']).map(({ text }) => text)).toEqual(['${{api.PORT}}']))
  it('offers nothing where there is nothing to refer to', () => expect(suggestReferences('', [])).toEqual([]))
})

describe('applySuggestion', () => {
  it('completes in the middle of a text', () => expect(applySuggestion('http://${{ap/v1', 12, '${{api.URL}}')).toEqual({ value: 'http://${{api.URL}}/v1', caret: 19 }))
  it('replaces a reference that is already closed', () => expect(applySuggestion('${{api.HOST}}', 6, '${{api.URL}}')).toEqual({ value: '${{api.URL}}', caret: 12 }))
})
