import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent, createServer, request as sendRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { promisify } from 'node:util'

import { afterEach, describe, expect, test } from 'vitest'

import { log } from '../../lib/log'
import { leaveCaddy } from '../../lib/provisioning/ingress/caddy/leave-caddy'
import { certificate } from '../../lib/provisioning/ingress/conformance/certificate'
import { afterwards, ask, cleanUp, never, route, site, until, workload } from '../../lib/provisioning/ingress/conformance/stage'
import type { Certificate } from '../../lib/provisioning/ingress/table'
import { caddyProblem, quietPort, startCaddy } from '../harness/caddy'
import { begin, publish, trouble } from '../harness/caddy-ingress'
import { makeOwnAuthority } from '../harness/revoked'

// What goes wrong between the ingress and its Caddy, or is in it besides.

afterEach(cleanUp)

const http3Problem = spawnSync('which', ['gtlsclient']).status === 0 ? caddyProblem : 'there is no client of HTTP/3 (apt-get install ngtcp2-client)'
const ACME = { directory: 'https://127.0.0.1:1/dir', email: null, caFile: null, challenge: 'http-01', binding: null } as const

describe.skipIf(caddyProblem !== null)(`Caddy in trouble${caddyProblem === null ? '' : `: ${caddyProblem}`}`, { timeout: 60_000 }, () => {
  test('a certificate that Caddy cannot read keeps no other one away, and is named', async () => {
    const stage = await begin()
    const { target } = await workload((_, response) => void response.end('ok'))
    const [one, odd, two] = [certificate('cert_a', ['shop.example']), unreadable('cert_b', 'odd.example'), certificate('cert_c', ['other.example'])]
    await stage.ingress.publishCertificates([one, odd], never)
    await publish(stage, { routes: [route({ hosts: [], targets: [target] })], sites: [site({ host: 'shop.example', certificateId: 'cert_a' }), site({ domainId: 'dom_b', host: 'odd.example', certificateId: 'cert_b', rules: { forceHttps: true } })] })
    expect(await shown(stage.httpsPort, 'shop.example')).toBe(one.fingerprint)
    expect(await until(() => trouble(stage), (words) => words !== null)).toMatch(/certificate of odd\.example \(x509: .*cannot parse URI/)
    // Nobody is sent where nothing could be shown.
    expect((await ask(stage.port, { host: 'odd.example' })).status).toBe(200)
    await stage.ingress.publishCertificates([one, odd, two], never)
    expect(await shown(stage.httpsPort, 'other.example')).toBe(two.fingerprint)
    const better = certificate('cert_b', ['odd.example'])
    await stage.ingress.publishCertificates([one, better, two], never)
    expect(await shown(stage.httpsPort, 'odd.example')).toBe(better.fingerprint)
    expect(await trouble(stage)).toBeNull()
  })

  test('an uploaded certificate does not have Caddy ask the addresses that stand in it', async () => {
    const asked: string[] = []
    const within = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`)
      response.writeHead(404).end()
    })
    await new Promise<void>((resolve) => within.listen(0, '127.0.0.1', resolve))
    afterwards(() => new Promise<void>((resolve) => void within.close(() => resolve())))
    const address = `http://127.0.0.1:${(within.address() as AddressInfo).port}`
    const authority = makeOwnAuthority()
    afterwards(() => authority.remove())
    const named = { id: 'cert_a', hosts: ['shop.example'], ...authority.issue('a', { host: 'shop.example', listUrl: `${address}/list`, askUrl: `${address}/ask` }) }
    const stage = await begin()
    const { fingerprint256: fingerprint } = new X509Certificate(named.chainPem)
    await stage.ingress.publishCertificates([{ ...named, fingerprint }], never)
    expect(await shown(stage.httpsPort, 'shop.example')).toBe(fingerprint)
    expect(asked).toEqual([])
  })

  test.each<[string, number, string]>([
    ['finds nothing', 404, 'not found'],
    ['takes everything', 200, '{"ok":true}'],
    ['speaks something else', 200, '<html>'],
  ])('what %s is no Caddy, and said to be none', async (_, status, body) => {
    const asked: string[] = []
    const other = createServer((request, response) => {
      asked.push(request.method ?? '')
      response.writeHead(status, { 'content-type': 'application/json' }).end(body)
    })
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done))
    afterwards(() => void other.close())
    const caddy = await startCaddy()
    const stage = await begin({ caddy: { ...caddy, admin: `http://127.0.0.1:${(other.address() as AddressInfo).port}` } })
    expect(await until(() => trouble(stage), (words) => words !== null && !words.includes('not told'))).toMatch(/Something else than the admin API of a Caddy .* EASEL_CADDY_ADMIN/)
    expect(new Set(asked)).toEqual(new Set(['GET']))
  })

  test('while the ingress ends, what comes over a kept connection is answered, which says that it was the last', async () => {
    const stage = await begin()
    const { target } = await workload((request, response) => void request.resume().once('end', () => response.end('ok')))
    await publish(stage, { routes: [route({ targets: [target] })] })
    const secret = readFileSync(join(stage.folder, 'secret'), 'utf8').trim()
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    afterwards(() => agent.destroy())
    const post = () => new Promise<[number | undefined, string | undefined]>((resolve, reject) => {
      sendRequest({ host: '127.0.0.1', port: stage.doorPort, agent, method: 'POST', headers: { host: 'a.localhost', 'x-easel-door': `${secret} http -`, 'x-forwarded-for': '127.0.0.1' } }, (response) => void response.resume().once('end', () => resolve([response.statusCode, response.headers.connection]))).once('error', reject).end('x')
    })
    expect(await post()).toEqual([200, 'keep-alive'])
    const closed = stage.running.close()
    expect(await post()).toEqual([200, 'close'])
    await closed
  })

  test('a Caddy that is no longer used has nothing of ours left, and keeps what is of others', async () => {
    const caddy = await startCaddy()
    afterwards(() => caddy.stop())
    const othersPort = await quietPort()
    const others = { listen: [`:${othersPort}`], routes: [{ handle: [{ handler: 'static_response', body: 'others' }] }] }
    await tell(caddy.admin, '/config/apps', { http: { servers: { others } } })
    const stage = await begin({ caddy })
    await stage.ingress.publishCertificates([certificate('cert_a', ['shop.example'])], never)
    await publish(stage, { routes: [] })
    expect(JSON.stringify(await caddy.configuration())).toContain('PRIVATE KEY')
    await stage.running.close()
    const toldFile = join(stage.folder, 'told')
    // The one that is driven on is left alone.
    await leaveCaddy({ toldFile, log, but: caddy.admin })
    expect(JSON.stringify(await caddy.configuration())).toContain('easel-')
    await leaveCaddy({ toldFile, log, but: null })
    expect((await caddy.configuration()) as object).toMatchObject({ apps: { http: { servers: { others } } } })
    expect(JSON.stringify(await caddy.configuration())).not.toMatch(/easel-|PRIVATE KEY/)
    expect((await ask(othersPort)).body).toBe('others')
    expect(() => readFileSync(toldFile)).toThrow('ENOENT')
  })

  test('names of others are given certificates as without us where Caddy obtains ours', async () => {
    const caddy = await startCaddy()
    const [port, plainPort] = [await quietPort(), await quietPort()]
    await tell(caddy.admin, '/config/apps', { pki: { certificate_authorities: { local: { install_trust: false } } }, http: { http_port: plainPort, https_port: port, servers: {} } })
    const stage = await begin({ caddy, certificates: { by: 'caddy', acme: ACME } })
    await publish(stage, { routes: [], sites: [site({ host: 'shop.example' })] })
    expect(JSON.stringify(await caddy.configuration())).toContain('easel-on-demand')
    // Nothing says how it is to be certified. Caddy does it itself, and does not ask us.
    await tell(caddy.admin, '/config/apps/http/servers/others', { listen: [`127.0.0.1:${port}`], routes: [{ match: [{ host: ['mine.localhost'] }], handle: [{ handler: 'static_response' }] }], automatic_https: { disable_redirects: true } })
    await until(() => shown(port, 'mine.localhost').catch(() => null), (each) => each !== null)
    expect(await until(() => trouble(stage), (words) => words === null)).toBeNull()
  })

  test.skipIf(http3Problem !== null)(`HTTP/3 is off until it is wanted, and then answered${http3Problem === null ? '' : `: ${http3Problem}`}`, async () => {
    const quiet = await begin()
    expect(JSON.stringify(await quiet.caddy.configuration())).not.toContain('"h3"')
    const stage = await begin({ isHttp3: true })
    const { target } = await workload((request, response) => void response.end(JSON.stringify(request.headers)))
    await stage.ingress.publishCertificates([certificate('cert_a', ['localhost'])], never)
    await publish(stage, { routes: [route({ hosts: [], targets: [target] })], sites: [site({ host: 'localhost', certificateId: 'cert_a' })] })
    // Up to 2.6 it shows over HTTP/3 what it had when it began to listen there.
    await stage.caddy.kill()
    await stage.caddy.start()
    await until(() => shown(stage.httpsPort, 'localhost').catch(() => null), (each) => each !== null)
    const { stdout, stderr } = await promisify(execFile)('timeout', ['20', 'gtlsclient', '--exit-on-all-streams-close', 'localhost', String(stage.httpsPort), `https://localhost:${stage.httpsPort}/three`]).catch((error: { stdout: string; stderr: string }) => error)
    expect(stdout + stderr).toContain('[:status: 200]')
  })
})

/** With an address in it that OpenSSL takes for one, and Go does not. */
function unreadable(id: string, host: string): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'odd-'))
  afterwards(() => rmSync(folder, { recursive: true }))
  const [key, chain] = [join(folder, 'key.pem'), join(folder, 'chain.pem')]
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30', '-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host},URI:http://[::bad`, '-keyout', key, '-out', chain], { stdio: 'ignore' })
  return { ...certificate(id, [host]), chainPem: readFileSync(chain, 'utf8'), keyPem: readFileSync(key, 'utf8'), fingerprint: 'odd' }
}

/** SHA-256 of the certificate that is shown for the name. */
function shown(port: number, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, servername: host, rejectUnauthorized: false }, () => {
      const { fingerprint256 } = socket.getPeerCertificate()
      socket.destroy()
      resolve(fingerprint256)
    }).once('error', reject)
  })
}

/** As another program would. */
function tell(admin: string, path: string, body: unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    sendRequest({ host: '127.0.0.1', port: new URL(admin).port, path, method: 'POST', headers: { 'content-type': 'application/json' }, agent: false }, (response) => (response.statusCode === 200 ? response.resume().once('end', resolve) : reject(new Error(String(response.statusCode))))).once('error', reject).end(JSON.stringify(body))
  })
}
