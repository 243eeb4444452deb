import { expect, test } from 'vitest'

import { certificate } from '../conformance/certificate'
import { site } from '../conformance/stage'
import { askKey, caddyParts, type CaddySettings, type JsonObject } from './caddy-config'

const SETTINGS: CaddySettings = { host: '0.0.0.0', httpPort: 80, httpsPort: 443, isHttp3: false, door: { host: '127.0.0.1', port: 8079, secret: 's3cret' }, certificates: { by: 'easel' } }
const ACME = { directory: 'https://ca.example/dir', email: 'ops@example.com', caFile: '/ca.pem', challenge: 'http-01', binding: { keyId: 'kid', hmacKey: 'mac' } } as const
const table = { sites: [site({ certificateId: 'cert_a' })] }

test('a table changes nothing of it: no workload is named, so a deployment is none of its business', () => {
  const parts = caddyParts(SETTINGS, { sites: [] }, [])
  expect(caddyParts(SETTINGS, table, [])).toEqual(parts)
  expect(parts).toMatchObject({ certificates: [], policies: [], ask: null })
  expect(Object.entries(parts.servers).map(([name, server]) => [name, server['@id'], server.listen])).toEqual([['easel-http', 'easel-http', ['0.0.0.0:80']], ['easel-https', 'easel-https', ['0.0.0.0:443']]])
  expect(JSON.stringify(parts.servers['easel-https'])).toContain('s3cret https {http.request.tls.server_name} {http.request.proto}')
  expect(JSON.stringify(parts.servers['easel-http'])).toContain('s3cret http -')
})

test('without HTTPS there is neither its server nor a certificate', () => {
  const parts = caddyParts({ ...SETTINGS, httpsPort: null }, table, [certificate('cert_a', ['shop.example'])])
  expect(Object.keys(parts.servers)).toEqual(['easel-http'])
  expect(parts.certificates).toEqual([])
})

test('certificates are loaded under ids of ours, those of proofs by TLS are not', () => {
  const [a, proof] = [certificate('cert_a', ['shop.example']), { ...certificate('chl_1', ['new.example']), hosts: [] }]
  expect(caddyParts(SETTINGS, table, [a, proof]).certificates).toEqual([{ '@id': 'easel-certificate-cert_a', certificate: a.chainPem, key: a.keyPem, tags: ['cert_a'] }])
})

test('where several certificates name a host, the one of its site is chosen; else Caddy chooses by name', () => {
  const choice = (certificates: ReturnType<typeof certificate>[]) => (caddyParts(SETTINGS, table, certificates).servers['easel-https']!.tls_connection_policies as JsonObject[]).slice(0, -1)
  const a = certificate('cert_a', ['shop.example'])
  expect(choice([a])).toEqual([])
  const chosen = [{ '@id': 'easel-choice-dom_a', match: { sni: ['shop.example'] }, certificate_selection: { any_tag: ['cert_a'] } }]
  expect(choice([a, certificate('cert_b', ['shop.example'])])).toEqual(chosen)
  expect(choice([a, certificate('cert_w', ['*.example'])])).toEqual(chosen)
  // One that is not there yet is not asked for.
  expect(choice([certificate('cert_b', ['shop.example']), certificate('cert_w', ['*.example'])])).toEqual([])
})

test('certificates that Caddy obtains are asked for at the door, and of the authority that was set', () => {
  const parts = caddyParts({ ...SETTINGS, host: '::1', httpPort: 8080, httpsPort: 8443, certificates: { by: 'caddy', acme: ACME } }, table, [])
  expect(parts.ask).toBe(`http://127.0.0.1:8079/easel/ask?key=${askKey('s3cret')}`)
  expect(parts.policies).toEqual([{ '@id': 'easel-on-demand', on_demand: true, issuers: [{ module: 'acme', ca: 'https://ca.example/dir', email: 'ops@example.com', trusted_roots_pem_files: ['/ca.pem'], external_account: { key_id: 'kid', mac_key: 'mac' }, challenges: { http: { alternate_port: 8080 }, 'tls-alpn': { alternate_port: 8443 } } }] }])
  expect(parts.servers['easel-http']!.listen).toEqual(['[::1]:8080'])
})
