import { readFileSync } from 'node:fs'
import { request as sendRequest } from 'node:http'
import { request as sendSecure } from 'node:https'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TLSSocket } from 'node:tls'

import { afterEach, describe, expect, test } from 'vitest'

import { askKey } from '../../lib/provisioning/ingress/caddy/caddy-config'
import { certificate } from '../../lib/provisioning/ingress/conformance/certificate'
import { afterwards, ask, chatter, cleanUp, never, route, said, site, until, upgraded, workload } from '../../lib/provisioning/ingress/conformance/stage'
import { caddyProblem, quietPort, startCaddy } from '../harness/caddy'
import { begin, publish, trouble } from '../harness/caddy-ingress'
import { pebbleProblem, startPebble } from '../harness/pebble'

afterEach(cleanUp)

const SHOP = { host: 'shop.example', certificateId: 'cert_a' }

type Seen = { status: number; body: string; issuer: string; fingerprint: string }

function askSecure(port: number, host = 'shop.example', path = '/'): Promise<Seen> {
  return new Promise((resolve, reject) => {
    sendSecure({ host: '127.0.0.1', port, path, servername: host, rejectUnauthorized: false, agent: false, headers: { host } }, (response) => {
      const { issuer, fingerprint256 } = (response.socket as TLSSocket).getPeerCertificate()
      let body = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk)).once('end', () => resolve({ status: response.statusCode!, body, issuer: String(issuer.CN), fingerprint: fingerprint256 })).once('error', reject)
    }).once('error', reject).end()
  })
}

describe.skipIf(caddyProblem !== null)(`Caddy${caddyProblem === null ? '' : `: ${caddyProblem}`}`, { timeout: 60_000 }, () => {
  test('killed and started again with nothing while it is asked, it serves everything again by itself, and nothing was lost but while it was dead', async () => {
    const stage = await begin()
    const { target } = await workload((_, response) => void response.end('ok'))
    const served = certificate('cert_a', ['shop.example'])
    await stage.ingress.publishCertificates([served], never)
    await publish(stage, { routes: [route({ targets: [target] })], sites: [site(SHOP)] })
    expect(await askSecure(stage.httpsPort)).toMatchObject({ status: 200, fingerprint: served.fingerprint })
    let isDead = false
    let isOver = false
    const wrong: unknown[] = []
    let answered = 0
    const clients = Array.from({ length: 4 }, async () => {
      while (!isOver) {
        const beganDead = isDead
        const outcome = await ask(stage.port).then(({ status }) => status, (error: unknown) => error)
        if (outcome === 200) answered++
        else if (!beganDead && !isDead) wrong.push(outcome)
        else await sleep(5)
      }
    })
    await until(() => answered, (count) => count > 50)
    isDead = true
    await stage.caddy.kill()
    await until(() => trouble(stage), (words) => words !== null && words.includes('does not answer'))
    // Nobody tells the ingress anything: neither worker nor database is there.
    await stage.caddy.start()
    await until(() => ask(stage.port).catch(() => null), (answer) => answer?.status === 200)
    isDead = false
    const before = answered
    await until(() => answered, (count) => count > before + 50)
    isOver = true
    await Promise.all(clients)
    expect(wrong).toEqual([])
    expect(await until(() => trouble(stage), (words) => words === null)).toBeNull()
    expect(await askSecure(stage.httpsPort)).toMatchObject({ status: 200, fingerprint: served.fingerprint })
  })

  test('a table is taken while Caddy is away, and served when it is back', async () => {
    const stage = await begin()
    await stage.caddy.kill()
    const { target } = await workload((_, response) => void response.end('ok'))
    await publish(stage, { routes: [route({ targets: [target] })] })
    expect(await until(() => trouble(stage), (words) => words !== null)).toContain('EASEL_CADDY_ADMIN')
    await stage.caddy.start()
    expect((await until(() => ask(stage.port).catch(() => null), (answer) => answer !== null))?.status).toBe(200)
  })

  test('nobody notices that the process behind the door is started again', async () => {
    const stage = await begin()
    const { target } = await workload((_, response) => void response.end('ok'))
    await publish(stage, { routes: [route({ targets: [target] })] })
    const before = await stage.caddy.configuration()
    await stage.running.close()
    const waiting = ask(stage.port)
    await sleep(300)
    const again = await stage.again()
    afterwards(() => again.close())
    expect(await waiting).toMatchObject({ status: 200, body: 'ok' })
    expect(await stage.caddy.configuration()).toEqual(before)
  })

  test('a deployment tells Caddy nothing, so connections that are open go on; another certificate changes that certificate alone', async () => {
    const stage = await begin()
    const [one, two] = [await chatter('one'), await chatter('two')]
    await stage.ingress.publishCertificates([certificate('cert_a', ['shop.example']), certificate('cert_b', ['other.example'])], never)
    await publish(stage, { routes: [route({ targets: [one.target] })], sites: [site(SHOP)] })
    const before = await stage.caddy.configuration()
    const socket = await upgraded(stage.port).socket
    for (let i = 0; i < 10; i++) await publish(stage, { routes: [route({ targets: [(i % 2 ? one : two).target] })], sites: [site(SHOP), site({ domainId: `dom_${i}`, host: `h${i}.example` })] })
    socket.write('hello')
    expect(await said(socket)).toBe('one: hello')
    expect(await stage.caddy.configuration()).toEqual(before)
    const told = () => (stage.caddy.output().match(/"method":"(?:PATCH|POST)"[^\n]*?"uri":"[^"]*"/g) ?? []).map((line) => /"uri":"([^"]*)"/.exec(line)![1])
    const heard = told().length
    await stage.ingress.publishCertificates([certificate('cert_a', ['shop.example']), certificate('cert_b', ['other.example'])].map((each, i) => (i === 0 ? each : { ...each, ...kept(before, 'cert_b') })), never)
    expect(told().slice(heard)).toEqual(['/id/easel-certificate-cert_a'])
  })

  test('what others configured stays as it is', async () => {
    const caddy = await startCaddy()
    const othersPort = await quietPort()
    const others = { listen: [`:${othersPort}`], routes: [{ handle: [{ handler: 'static_response', body: 'others' }] }] }
    await tell(caddy.admin, '/config/apps', { http: { servers: { others } } })
    const stage = await begin({ caddy })
    await publish(stage, { routes: [] })
    expect((await ask(othersPort)).body).toBe('others')
    expect((await ask(stage.port)).status).toBe(404)
    expect(await caddy.configuration()).toMatchObject({ apps: { http: { servers: { others } } }, admin: {} })
    // Who takes ours away gets it back.
    await tell(caddy.admin, '/config/apps', { http: { servers: { others } } })
    expect((await until(() => ask(stage.port).catch(() => null), (answer) => answer !== null))?.status).toBe(404)
    expect((await ask(othersPort)).body).toBe('others')
  })

  test('what Caddy finds wrong is told in its words', async () => {
    const taken = await workload((_, response) => void response.end('mine'))
    const stage = await begin({ ports: { http: taken.port, https: await quietPort() } })
    await publish(stage, { routes: [] })
    expect(await until(() => trouble(stage), (words) => words !== null && words.includes('refused'))).toMatch(/address already in use/)
  })

  test('at the door nobody but Caddy is heard, and it grants certificates for names that are served alone', async () => {
    const stage = await begin()
    const { target } = await workload((request, response) => void response.end(JSON.stringify(request.headers)))
    await publish(stage, { routes: [route({ targets: [target] })], sites: [site({}), site({ domainId: 'dom_w', host: '*.wild.example' })] })
    const secret = readFileSync(join(stage.folder, 'secret'), 'utf8').trim()
    const forged = { 'x-forwarded-for': '6.6.6.6', 'x-easel-door': `${'0'.repeat(64)} https x` }
    expect((await ask(stage.doorPort, { headers: forged })).status).toBe(403)
    expect((await ask(stage.doorPort)).status).toBe(403)
    const through = JSON.parse((await ask(stage.port, { headers: forged })).body) as Record<string, string>
    expect(through).toMatchObject({ 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http' })
    expect(JSON.stringify(through)).not.toContain(secret)
    expect(through).not.toHaveProperty('x-easel-door')
    const asked = async (domain: string, key = askKey(secret)) => (await ask(stage.doorPort, { path: `/easel/ask?key=${key}&domain=${domain}` })).status
    expect([await asked('shop.example'), await asked('a.localhost'), await asked('nobody.example'), await asked('x.wild.example'), await asked('*.wild.example'), await asked('')]).toEqual([200, 200, 403, 403, 403, 403])
    expect(await asked('shop.example', 'wrong')).toBe(403)
    // Caddy logs what it asks: who reads that learns nothing by which it is let in, and the other way round.
    expect([await asked('shop.example', secret), (await ask(stage.doorPort, { headers: { 'x-easel-door': `${askKey(secret)} http -` } })).status]).toEqual([403, 403])
    // Not from outside.
    expect((await ask(stage.port, { path: `/easel/ask?key=${secret}&domain=shop.example`, host: 'nobody.example' })).status).toBe(404)
  })

  test('its admin API may be a socket file', async () => {
    const folder = join('/tmp', `easel-caddy-${process.pid}-${Date.now()}.sock`)
    const stage = await begin({ caddy: await startCaddy({ admin: `unix/${folder}` }) })
    await publish(stage, { routes: [] })
    expect((await ask(stage.port)).status).toBe(404)
    expect(await trouble(stage)).toBeNull()
  })

  test('events come as they are written, and an upload of 200 MB arrives', async () => {
    const stage = await begin()
    let go = () => {}
    const heard = new Promise<void>((resolve) => (go = resolve))
    const { target } = await workload((request, response) => {
      if (request.url === '/events') {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
        return void heard.then(() => response.end('data: 2\n\n'))
      }
      let size = 0
      request.on('data', (chunk: Buffer) => (size += chunk.length)).once('end', () => response.end(String(size)))
    })
    await publish(stage, { routes: [route({ targets: [target] })] })
    const events = await new Promise<string>((resolve, reject) => {
      let text = ''
      sendRequest({ host: '127.0.0.1', port: stage.port, path: '/events', headers: { host: 'a.localhost' } }, (response) => {
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk
          if (text === 'data: 1\n\n') go()
        }).once('end', () => resolve(text))
      }).once('error', reject).end()
    })
    expect(events).toBe('data: 1\n\ndata: 2\n\n')
    const piece = Buffer.alloc(1 << 20)
    const size = await new Promise<string>((resolve, reject) => {
      const request = sendRequest({ host: '127.0.0.1', port: stage.port, method: 'PUT', headers: { host: 'a.localhost', 'transfer-encoding': 'chunked' } }, (response) => response.setEncoding('utf8').once('data', resolve)).once('error', reject)
      let left = 200
      const write = () => {
        while (left-- > 0) if (!request.write(piece)) return void request.once('drain', write)
        request.end()
      }
      write()
    })
    expect(Number(size)).toBe(200 << 20)
  })

  test.skipIf(pebbleProblem !== null)('it obtains certificates itself for names that are served, when somebody asks for them, and shows one that was brought instead', { timeout: 120_000 }, async () => {
    const [http, https] = [await quietPort(), await quietPort()]
    const pebble = await startPebble({ httpPort: http, tlsPort: https })
    afterwards(() => pebble.stop())
    for (const host of ['shop.example', 'brought.example', 'nobody.example']) await pebble.tellDns('add-a', { host, addresses: ['127.0.0.1'] })
    const stage = await begin({ ports: { http, https }, certificates: { by: 'caddy', acme: { directory: pebble.directory, email: null, caFile: pebble.caFile, challenge: 'http-01', binding: null } } })
    const { target } = await workload((_, response) => void response.end('ok'))
    const brought = certificate('cert_b', ['brought.example'])
    await stage.ingress.publishCertificates([brought], never)
    await publish(stage, { routes: [route({ hosts: [], targets: [target] })], sites: [site({ rules: { forceHttps: true } }), site({ domainId: 'dom_b', host: 'brought.example', certificateId: 'cert_b' })] })
    expect((await ask(stage.port, { host: 'shop.example' })).headers.location).toBe('https://shop.example/')
    const seen = await until(() => askSecure(https).catch(() => null), (answer) => answer !== null)
    expect(seen).toMatchObject({ status: 200, body: 'ok', issuer: expect.stringContaining('Pebble') })
    expect(await askSecure(https, 'brought.example')).toMatchObject({ status: 200, fingerprint: brought.fingerprint })
    await expect(askSecure(https, 'nobody.example')).rejects.toThrow()
    // A name that is no longer served is asked for in vain.
    await publish(stage, { routes: [], sites: [] })
    expect((await askSecure(https).catch(() => ({ status: 404 }))).status).toBe(404)
  })
})

/** Chain and key of a certificate as Caddy has them. */
function kept(configuration: unknown, id: string) {
  const { load_pem: all } = (configuration as { apps: { tls: { certificates: { load_pem: { tags: string[]; certificate: string; key: string }[] } } } }).apps.tls.certificates
  const { certificate: chainPem, key: keyPem } = all.find(({ tags }) => tags.includes(id))!
  return { chainPem, keyPem }
}

/** As another program would. */
function tell(admin: string, path: string, body: unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    sendRequest({ host: '127.0.0.1', port: new URL(admin).port, path, method: 'POST', headers: { 'content-type': 'application/json' }, agent: false }, (response) => (response.statusCode === 200 ? response.resume().once('end', resolve) : reject(new Error(String(response.statusCode))))).once('error', reject).end(JSON.stringify(body))
  })
}
