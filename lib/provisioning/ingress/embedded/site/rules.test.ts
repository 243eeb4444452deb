import { expect, test } from 'vitest'

import { site } from '../../conformance/stage'
import type { SiteRules } from '../../table'
import type { Origin } from '../origin'
import type { Doorkeeper } from './basic-auth'
import { redirected, siteRules } from './rules'
import { ruledSite } from './ruled-site'

const asked = (origin: Partial<Origin> = {}, target = '/a?b') => ({ origin: { client: '203.0.113.7', isSecure: false, authority: 'shop.example', host: 'shop.example', port: 80, isToldScheme: false, ...origin }, target, authorization: 'Basic x', bodyBytes: null })
const judge = (rules: Partial<SiteRules>, what = asked(), ports = { http: 8080, https: 8443 as number | null }, keeper?: Doorkeeper) => siteRules({ ports: () => ports, hasCertificate: (host) => host === 'shop.example', ...(keeper ? { keeper } : {}) }).judge(ruledSite(site({ rules })), what)
const location = async (...parts: Parameters<typeof judge>) => (await judge(...parts))?.headers?.[1] ?? null

test('plain HTTP is sent to the port where HTTPS is found', async () => {
  const forced = { forceHttps: true }
  const at = { authority: 'shop.example:8080' }
  expect(await location(forced, asked(at))).toBe('https://shop.example:8443/a?b')
  expect(await location(forced, asked(at), { http: 8080, https: 443 })).toBe('https://shop.example/a?b')
  // By a mapping of ports, or on the usual one.
  expect(await location(forced, asked())).toBe('https://shop.example/a?b')
  expect(await location(forced, asked(), { http: 80, https: 8443 })).toBe('https://shop.example:8443/a?b')
  // Behind a proxy that has HTTPS itself.
  expect(await location(forced, asked({ isToldScheme: true }), { http: 8080, https: null })).toBe('https://shop.example/a?b')
  expect(await location(forced, asked({ isToldScheme: true, isSecure: true }), { http: 8080, https: null })).toBeNull()
})

test('nobody is sent where nobody answers, nor an authority that looks for its challenge', async () => {
  expect(await location({ forceHttps: true }, asked(), { http: 80, https: null })).toBeNull()
  expect(await location({ forceHttps: true }, asked({ host: 'bare.example', authority: 'bare.example' }))).toBeNull()
  expect(await location({ forceHttps: true }, asked({}, '/.well-known/acme-challenge/x'))).toBeNull()
  expect(await location({ redirectTo: 'shop.example' })).toBeNull()
})

test('who is where a redirect leads is not sent there again', async () => {
  const led = (to: string, target: string, origin = {}) => location({ redirects: [{ from: '/*', to, status: 308 }] }, asked(origin, target))
  expect(await led('/soon', '/a?b')).toBe('/soon?b')
  expect(await led('/soon', '/soon?b')).toBeNull()
  expect(await led('/soon?x=1', '/soon')).toBe('/soon?x=1')
  expect(await led('/soon?x=1', '/soon?x=1')).toBeNull()
  expect(await led('http://shop.example/*', '/a?b')).toBeNull()
  expect(await led('https://shop.example/*', '/a?b')).toBe('https://shop.example/a?b')
  expect(await led('https://shop.example/*', '/a?b', { isSecure: true })).toBeNull()
  expect(await led('http://www.example/*', '/a?b')).toBe('http://www.example/a?b')
})

test('the first of several rules that has something to say is the one that says it', async () => {
  const all: Partial<SiteRules> = { forceHttps: true, redirectTo: 'www.example', deny: ['203.0.113.0/24'], basicAuth: [{ name: 'a', hash: 'b' }], maintenance: { message: '' } }
  const statuses = []
  for (const without of [{}, { forceHttps: false, redirectTo: null }, { deny: [] }, { basicAuth: [] }, { maintenance: null }]) {
    Object.assign(all, without)
    statuses.push((await judge(all, asked(), undefined, { knows: () => false }))?.status ?? 200)
  }
  expect(statuses).toEqual([308, 403, 401, 503, 200])
})

test('a password that cannot be looked at lets nobody in', async () => {
  const people = { basicAuth: [{ name: 'a', hash: 'b' }] }
  expect((await judge(people, asked(), undefined, { knows: () => Promise.reject(new Error('no memory')) }))?.status).toBe(503)
  expect((await judge(people, asked(), undefined, { knows: () => 'busy' }))?.status).toBe(503)
})

test.each([
  ['/old', '/new', '/old', '/new'],
  ['/old', '/new', '/old/', null],
  ['/old', 'https://x.example/?a', '/old?b', 'https://x.example/?a'],
  ['/*', 'https://x.example/*', '/a/b?c', 'https://x.example/a/b?c'],
  ['/a/*', '/b/*', '/ab', null],
  ['/a/*', '/b/*', '/a//evil.example', '/b/evil.example'],
  ['/a/*', '/*', '/a/\\evil.example', '/evil.example'],
  ['/a/*', '/one', '/a/b?c', '/one?c'],
  ['/a', '/ü\r\nSet-Cookie: x', '/a', '/%c3%bc%0d%0aSet-Cookie:%20x'],
  ['/a/*', '/b/*', '/a/\xc3\xbc', '/b/%c3%bc'],
])('%s to %s: %s leads to %s', (from, to, target, expected) => {
  expect(redirected(from, to, target)).toBe(expected)
})
