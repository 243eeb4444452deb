import { expect, test } from 'vitest'

import type { CaddyParts, Json, JsonObject } from './caddy-config'
import { changeOf, merged } from './caddy-merge'

const server = (port: number) => ({ '@id': 'easel-http', listen: [`:${port}`], routes: [] })
const loaded = (id: string, key = id) => ({ '@id': `easel-certificate-${id}`, key })
const PARTS: CaddyParts = { servers: { 'easel-http': server(80) }, certificates: [loaded('a'), loaded('b')], policies: [], ask: null }
const BY_CADDY: CaddyParts = { ...PARTS, policies: [{ '@id': 'easel-on-demand', on_demand: true }], ask: 'http://door/easel/ask?key=1' }
const OTHERS: JsonObject & { admin: JsonObject; apps: JsonObject & { http: JsonObject; tls: JsonObject } } = {
  admin: { listen: '127.0.0.1:2020' },
  apps: {
    http: { http_port: 81, servers: { mine: { listen: [':81'] } } },
    tls: { certificates: { load_pem: [{ key: 'mine' }], automate: ['mine.example'] }, automation: { policies: [{ subjects: ['mine.example'] }, { issuers: [] }], on_demand: { rate_limit: { burst: 1 } } } },
    pki: {},
  },
}

test('an empty Caddy is given ours, and given it again has nothing to change', () => {
  const wanted = merged(null, PARTS)
  expect(wanted).toEqual({ apps: { http: { servers: PARTS.servers }, tls: { disable_ocsp_stapling: true, certificates: { load_pem: PARTS.certificates } } } })
  expect(changeOf(null, wanted)).toEqual({ method: 'POST', path: '/config/', body: wanted })
  expect(changeOf(wanted, merged(wanted, PARTS))).toBeNull()
  expect(merged(wanted, { servers: {}, certificates: [], policies: [], ask: null })).toEqual({ apps: { http: { servers: {} } } })
})

test('what is of others stays, before ours comes, while it is there and when it goes', () => {
  const wanted = merged(OTHERS, BY_CADDY)
  expect(wanted).toMatchObject({ admin: OTHERS.admin, apps: { pki: {}, http: { http_port: 81, servers: { mine: { listen: [':81'] }, 'easel-http': server(80) } } } })
  // A policy for certain names goes before ours for all, one for all comes after it.
  expect(wanted.apps).toMatchObject({ tls: { certificates: { load_pem: [{ key: 'mine' }, loaded('a'), loaded('b')], automate: ['mine.example'] }, automation: { policies: [{ subjects: ['mine.example'] }, { '@id': 'easel-on-demand' }, { issuers: [] }], on_demand: { rate_limit: { burst: 1 }, ask: BY_CADDY.ask } } } })
  expect(merged(wanted, BY_CADDY)).toEqual(wanted)
  const less = merged(wanted, { servers: {}, certificates: [], policies: [], ask: null })
  expect(JSON.stringify(less)).not.toContain('easel')
  expect(less.apps).toMatchObject({ http: OTHERS.apps.http, tls: { certificates: OTHERS.apps.tls.certificates } })
})

test.each<[string, CaddyParts, string | null]>([
  ['one certificate', { ...PARTS, certificates: [loaded('a', 'new'), loaded('b')] }, '/id/easel-certificate-a'],
  ['one server', { ...PARTS, servers: { 'easel-http': server(8080) } }, '/id/easel-http'],
  ['two certificates', { ...PARTS, certificates: [loaded('a', 'new'), loaded('b', 'new')] }, '/config/'],
  ['one that is added', { ...PARTS, certificates: [...PARTS.certificates, loaded('c')] }, '/config/'],
  ['a server and a certificate', { ...PARTS, servers: { 'easel-http': server(1) }, certificates: [loaded('a', 'new'), loaded('b')] }, '/config/'],
  ['nothing', PARTS, null],
])('a change of %s is asked for at %3$s', (_, parts, path) => {
  const current = merged(OTHERS, PARTS) as Json
  const change = changeOf(current, merged(current, parts))
  expect(change?.path ?? null).toBe(path)
  expect(change?.method).toBe(path === null ? undefined : path === '/config/' ? 'POST' : 'PATCH')
})

test('names of others do not fall to our policy for all names, whoever said nothing of them', () => {
  const site = (host: string[], more: JsonObject = {}): JsonObject => ({ routes: [{ match: [{ path: ['/x'] }, { host }], handle: [{ handler: 'subroute', routes: [{ match: [{ host: ['within.example'] }] }] }] }], ...more })
  const current: JsonObject = { apps: { http: { servers: { one: site(['mine.example', 'shop.example', 'a.local']), two: site(['plain.example'], { automatic_https: { disable: true } }) } }, tls: { certificates: { automate: ['wanted.example'] }, automation: { policies: [{ subjects: ['mine.example'] }] } } } }
  const policies = (parts: CaddyParts) => (merged(current, parts).apps as { tls: { automation: { policies: JsonObject[] } } }).tls.automation.policies
  expect(policies(BY_CADDY)).toEqual([
    { subjects: ['mine.example'] },
    { '@id': 'easel-others', subjects: ['shop.example', 'wanted.example', 'within.example'] },
    { '@id': 'easel-others-internal', subjects: ['a.local'], issuers: [{ module: 'internal' }] },
    { '@id': 'easel-on-demand', on_demand: true },
  ])
  expect(merged(merged(current, BY_CADDY), BY_CADDY)).toEqual(merged(current, BY_CADDY))
  expect(policies(PARTS)).toEqual([{ subjects: ['mine.example'] }])
})
