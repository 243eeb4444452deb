import { expect, it } from 'vitest'

import { EMPTY_DRAFT, draftOf, headersOf, settingsOf, type DrainDraft } from './drain-draft'

it('gives back the settings that were read into it, of every kind', () => {
  const drafts: Partial<DrainDraft>[] = [
    { kind: 'http', url: 'https://a.example.com', format: 'json', isCompressed: false, ca: 'pem' },
    { kind: 'syslog', host: 'a', port: '514', transport: 'tcp', facility: '3' },
    { kind: 'loki', url: 'https://l.example.com', tenant: 'shop', hasMetadata: false },
    { kind: 'otlp', url: 'https://o.example.com', encoding: 'json', hasLogs: false, temporality: 'delta' },
  ]
  for (const draft of drafts) {
    const settings = settingsOf({ ...EMPTY_DRAFT, ...draft })
    const view = { name: 'n', settings, filter: 'a', kinds: ['http'], project: { id: 'prj_1', name: 'p' }, environment: null } as never
    expect(draftOf(view)).toMatchObject({ ...draft, name: 'n', place: 'prj_1', filter: 'a', kinds: ['http'] })
    expect(settingsOf(draftOf(view))).toEqual(settings)
  }
})

it('reads headers line by line, and knows when one is none', () => {
  expect(headersOf('Authorization: Bearer a:b \n\nX-Team:shop')).toEqual({ Authorization: 'Bearer a:b', 'X-Team': 'shop' })
  expect(headersOf('')).toEqual({})
  for (const text of ['Authorization', 'Bearer abc def', 'X-Team:', 'two words: a']) expect(headersOf(text)).toBeNull()
})
