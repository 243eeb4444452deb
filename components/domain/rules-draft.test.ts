import { describe, expect, it } from 'vitest'

import { SiteRulesInput } from '@/lib/contract/site-rules'
import { DEFAULT_RULES } from '@/lib/domain/site'

import { draftOf, readDraft } from './rules-draft'

const EMPTY = draftOf({ rules: { ...DEFAULT_RULES, redirects: [], headers: [], allow: [], deny: [], basicAuth: [] }, paths: [] })

describe('the rules of a host name', () => {
  it('come back as they were', () => {
    const rules = SiteRulesInput.parse({ forceHttps: false, hsts: { maxAgeS: 31_536_000, includeSubdomains: true }, redirects: [{ from: '/old/*', to: 'https://example.com/new/*', status: 301 }], headers: [{ name: 'X-A', value: 'b, c' }, { name: 'Server', value: null }], allow: ['203.0.113.0/24'], deny: ['203.0.113.7'], maintenance: { message: 'Soon' }, maxBodyBytes: 5 * 1024 * 1024, answerMs: 2500, rateLimit: { perSecond: 5, burst: 20 } })
    const read = readDraft(draftOf({ rules: { ...rules, basicAuth: [{ name: 'ana' }] }, paths: [{ prefix: '/api', serviceId: 'svc', port: null, isStripped: true }] }))
    expect(read).toEqual({ ok: true, rules: { ...rules, basicAuth: [{ name: 'ana' }] }, paths: [{ prefix: '/api', serviceId: 'svc', port: null, isStripped: true }] })
  })

  it('are nothing when nothing is said', () => {
    expect(readDraft(EMPTY)).toEqual({ ok: true, rules: { ...DEFAULT_RULES }, paths: [] })
  })

  it('say which line cannot be read', () => {
    expect(readDraft({ ...EMPTY, redirects: '/a /b\nold new', headers: 'nothing', perSecond: 'many', people: [{ name: 'bo', password: '', isKnown: false }] })).toEqual({
      ok: false,
      problems: { redirects: expect.stringContaining('“old new”') as string, headers: expect.stringContaining('“nothing”') as string, perSecond: 'Must be a number, or empty.', people: 'Give a password for bo.' },
    })
  })

  it('take addresses by lines or commas, and a burst of their own', () => {
    expect(readDraft({ ...EMPTY, allow: '203.0.113.7, 203.0.113.8\n2001:db8::/32', perSecond: '2,5' })).toMatchObject({ ok: true, rules: { allow: ['203.0.113.7', '203.0.113.8', '2001:db8::/32'], rateLimit: { perSecond: 2.5, burst: 5 } } })
  })
})
