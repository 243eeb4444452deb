import { describe, expect, it } from 'vitest'

import { addressesOf, draftOf, EMPTY_DRAFT, settingsOf } from './channel-draft'

describe('the form of a channel', () => {
  it.each([
    { kind: 'email' as const, host: 'smtp.example.com', port: 465, security: 'tls' as const, username: 'easel', from: 'easel@example.com', to: ['a@example.com', 'b@example.com'] },
    { kind: 'email' as const, host: 'smtp.example.com', port: 25, security: 'none' as const, username: null, from: 'easel@example.com', to: ['a@example.com'] },
    { kind: 'webhook' as const, url: 'https://example.com/hook' },
  ])('says what it was filled with: $kind', (settings) => {
    expect(settingsOf(draftOf({ name: 'x', settings }))).toEqual(settings)
  })

  it('says of a chat only which it is', () => {
    expect(settingsOf(draftOf({ name: 'x', settings: { kind: 'slack', host: 'hooks.slack.com' } }))).toEqual({ kind: 'slack' })
    expect(settingsOf({ ...EMPTY_DRAFT, kind: 'discord' })).toEqual({ kind: 'discord' })
  })

  it('reads addresses however they are separated', () => {
    expect(addressesOf(' a@example.com, b@example.com;\nc@example.com ')).toEqual(['a@example.com', 'b@example.com', 'c@example.com'])
    expect(addressesOf('  ')).toEqual([])
  })
})
