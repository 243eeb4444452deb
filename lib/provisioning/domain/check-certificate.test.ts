import { X509Certificate } from 'node:crypto'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'

import { afterEach, expect, test } from 'vitest'

import { certificate } from '../ingress/conformance/certificate'
import { askDns } from './ask-dns'
import { checkCertificate } from './check-certificate'
import type { Look } from './look'
import { presenceAnswer, presencePath } from './presence'

// Where a Caddy obtains certificates, nobody is told of them: it is asked for the name as visitors ask it.

const DOMAIN = { id: 'dom_a', hostname: 'shop.example', token: 'easel-1', hostLabel: 'shop', isApex: false }
const NOTHING_KNOWN = { certificates: [], trouble: null, authority: null, hasDnsProvider: false }
const SHOWN = certificate('cert_a', ['shop.example'])
const servers: Server[] = []
afterEach(() => void servers.splice(0).forEach((server) => (server.closeAllConnections(), server.close())))

/** Something that answers for the name with a certificate, as a Caddy does. */
async function standing(answer: string): Promise<number> {
  const server = createServer({ cert: SHOWN.chainPem, key: SHOWN.keyPem }, (request, response) => void response.end(request.url === presencePath(DOMAIN.token) ? answer : ''))
  servers.push(server)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return (server.address() as AddressInfo).port
}

function look(httpsPort: number | null, domain: Partial<Look['domain']> = {}): Look {
  const signal = new AbortController().signal
  return { domain: { ...DOMAIN, ...domain }, sample: DOMAIN.hostname, dns: askDns([], signal), way: { addresses: [], domain: null, ingress: { host: '0.0.0.0', port: 80, httpsPort, caddy: { acme: {} } } }, at: new Date(), signal }
}

test('what Caddy shows for the name is what it is served with; nobody else is asked for one', async () => {
  const { result, served, isWanted } = await checkCertificate(look(await standing(presenceAnswer(DOMAIN))), NOTHING_KNOWN)
  expect(result).toMatchObject({ isPassed: true, reason: null, message: 'Caddy obtained it and renews it.' })
  const { fingerprint256, validTo } = new X509Certificate(SHOWN.chainPem)
  expect(served).toMatchObject({ fingerprint: fingerprint256.replaceAll(':', '').toLowerCase(), notAfter: new Date(validTo) })
  expect(isWanted).toBe(false)
})

test.each<[string, () => Promise<Look>, RegExp]>([
  ['another answer', async () => look(await standing('somebody else')), /no certificate for shop\.example yet \(it shows another answer\)/],
  ['nothing that listens', async () => look(1), /no certificate for shop\.example yet \(nothing listens there\).*its log says/],
  ['a wildcard', async () => look(await standing(presenceAnswer(DOMAIN)), { hostname: '*.shop.example' }), /not for wildcards\. Upload one/],
])('%s is told, and nobody is asked for one', async (_, arrange, words) => {
  const { result, served, isWanted } = await checkCertificate(await arrange(), NOTHING_KNOWN)
  expect(result).toMatchObject({ check: 'certificate', isPassed: false, reason: null, message: expect.stringMatching(words) as string })
  expect([served, isWanted]).toEqual([null, false])
})

test('one that was uploaded goes first', async () => {
  const uploaded = { fingerprint: 'ab', issuer: 'Test', source: 'uploaded' as const, notBefore: new Date(0), notAfter: new Date(Date.now() + 90 * 86_400_000), revokedAt: null }
  const { served, result } = await checkCertificate(look(1), { ...NOTHING_KNOWN, certificates: [uploaded] })
  expect([served, result.isPassed]).toEqual([uploaded, true])
})
