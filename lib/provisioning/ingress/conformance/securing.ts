import { once } from 'node:events'
import { connect as connectHttp2, constants, type ClientHttp2Session, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http2'
import { request as sendSecure } from 'node:https'
import type { Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'

import { expect, test } from 'vitest'

import { certificate } from './certificate'
import { afterwards, ask, begin, chatter, moment, never, route, said, site, until, workload, type Answer, type Ask, type Limits, type Start, type Stage } from './stage'

const SHOP = { host: 'shop.example', certificateId: 'cert_a' }

/** A connection over TLS for a name, whatever certificate is shown. */
async function shaken(port: number, servername: string, options: { ALPNProtocols?: string[]; maxVersion?: 'TLSv1.1' | 'TLSv1.2' } = {}): Promise<TLSSocket> {
  const socket = connectTls({ host: '127.0.0.1', port, servername, rejectUnauthorized: false, ...options })
  afterwards(() => void socket.destroy())
  await new Promise<void>((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject).once('close', () => reject(new Error('closed'))))
  socket.on('error', () => {})
  return socket
}

const shown = (socket: TLSSocket) => socket.getPeerX509Certificate()!.fingerprint256

function askSecure(port: number, { host = 'shop.example', method = 'GET', path = '/', headers = {}, body }: Ask = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = sendSecure({ host: '127.0.0.1', port, servername: host, rejectUnauthorized: false, method, path, agent: false, headers: { host, ...headers } }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.once('end', () => resolve({ status: response.statusCode!, headers: response.headers, rawHeaders: response.rawHeaders, body: text })).once('error', reject)
    })
    request.once('error', reject).end(body)
  })
}

function session(port: number, servername = 'shop.example'): ClientHttp2Session {
  const made = connectHttp2(`https://${servername}`, { servername, rejectUnauthorized: false, createConnection: () => connectTls({ host: '127.0.0.1', port, servername, rejectUnauthorized: false, ALPNProtocols: ['h2'] }) })
  made.on('error', () => {})
  afterwards(() => made.destroy())
  return made
}

type Heard = { status: number; headers: IncomingHttpHeaders; trailers: IncomingHttpHeaders; body: string; code: number }

function askHttp2(over: ClientHttp2Session, headers: OutgoingHttpHeaders = {}, body?: string): Promise<Heard> {
  return new Promise((resolve, reject) => {
    const stream = over.request({ ':path': '/', ':authority': 'shop.example', ...headers }, { endStream: body === undefined })
    const heard: Heard = { status: 0, headers: {}, trailers: {}, body: '', code: 0 }
    stream.once('response', (head) => Object.assign(heard, { status: head[':status'], headers: head }))
    stream.once('trailers', (trailers) => (heard.trailers = trailers))
    stream.setEncoding('utf8').on('data', (chunk: string) => (heard.body += chunk))
    stream.once('error', reject).once('close', () => resolve({ ...heard, code: stream.rstCode }))
    if (body !== undefined) stream.end(body)
  })
}

/** A frame of HTTP/2 (RFC 9113, 4.1). */
function frame(type: number, flags: number, stream: number, body = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(body.length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, body])
}

/** GET / of https://shop.example, as HPACK writes it. */
const HEAD = Buffer.concat([Buffer.from([0x82, 0x84, 0x87, 0x41, 12]), Buffer.from('shop.example')])

async function secured(start: Start, listener: Parameters<typeof workload>[0]): Promise<Stage> {
  const stage = await begin(start)
  const { target } = await workload(listener)
  await stage.ingress.publishCertificates([certificate('cert_a', ['shop.example', 'www.shop.example'])], never)
  await stage.publish(route({ hosts: [], targets: [target] }))
  await stage.publishSites([site(SHOP)])
  return stage
}

const echo: Parameters<typeof workload>[0] = (request, response) => {
  let size = 0
  request.on('data', (chunk: Buffer) => (size += chunk.length)).once('end', () => response.end(JSON.stringify({ method: request.method, url: request.url, raw: request.rawHeaders, headers: request.headers, size })))
}

/** The same over TLS, by HTTP/1.1 and HTTP/2. */
export function securing(start: Start, limits: Limits): void {
  test('the certificate is that of the name that is asked for; other names are refused in the handshake', async () => {
    const stage = await begin(start)
    const [a, wild, other] = [certificate('cert_a', ['shop.example']), certificate('cert_w', ['*.wild.example']), certificate('cert_b', ['shop.example', 'platform.example'])]
    await stage.ingress.publishCertificates([a, wild, other], never)
    await stage.publishSites([site(SHOP), site({ host: '*.wild.example', certificateId: 'cert_w' }), site({ host: 'bare.example' })])
    expect(shown(await shaken(stage.httpsPort, 'shop.example'))).toBe(a.fingerprint)
    expect(shown(await shaken(stage.httpsPort, 'SHOP.example'))).toBe(a.fingerprint)
    expect(shown(await shaken(stage.httpsPort, 'x.wild.example'))).toBe(wild.fingerprint)
    expect(shown(await shaken(stage.httpsPort, 'platform.example'))).toBe(other.fingerprint)
    for (const name of ['bare.example', 'unknown.example', 'a.b.wild.example', '']) await expect(shaken(stage.httpsPort, name), name).rejects.toThrow()
    await expect(shaken(stage.httpsPort, 'shop.example', { maxVersion: 'TLSv1.1' })).rejects.toThrow()
    expect((await shaken(stage.httpsPort, 'shop.example', { maxVersion: 'TLSv1.2' })).getProtocol()).toBe('TLSv1.2')
  })

  test('another certificate is shown to the next who comes, and connections that are open go on', async () => {
    const stage = await secured(start, (_, response) => void response.end('ok'))
    const open = session(stage.httpsPort)
    expect((await askHttp2(open)).status).toBe(200)
    const renewed = certificate('cert_a', ['shop.example'])
    await stage.ingress.publishCertificates([renewed], never)
    expect(shown(await shaken(stage.httpsPort, 'shop.example'))).toBe(renewed.fingerprint)
    expect((await askHttp2(limits.includes('reloads') ? session(stage.httpsPort) : open)).status).toBe(200)
    // One that cannot be used takes nothing else away.
    const broken = { ...certificate('cert_x', ['x.example']), keyPem: certificate('cert_y', ['y.example']).keyPem }
    await stage.ingress.publishCertificates([renewed, broken], never)
    expect(shown(await shaken(stage.httpsPort, 'shop.example'))).toBe(renewed.fingerprint)
    await expect(shaken(stage.httpsPort, 'x.example')).rejects.toThrow()
    await stage.ingress.publishCertificates([], never)
    await expect(shaken(stage.httpsPort, 'shop.example')).rejects.toThrow()
  })

  test('certificates that it has are not read again, also after a restart; one that cannot be read keeps no other away', async () => {
    const stage = await begin(start)
    const all = ['a', 'b', 'c'].map((name) => certificate(`cert_${name}`, [`${name}.example`]))
    const asked: string[][] = []
    const names = (some: typeof all) => some.map(({ id, fingerprint }) => ({ id, fingerprint }))
    const read = async (some: readonly { id: string }[]) => {
      asked.push(some.map(({ id }) => id))
      return all.filter(({ id }) => id !== 'cert_c' && some.some((each) => each.id === id))
    }
    await stage.publishSites([site({ host: 'a.example', certificateId: 'cert_a' }), site({ host: 'b.example', certificateId: 'cert_b' })])
    await stage.ingress.publishCertificates(names(all.slice(0, 1)), never, read)
    await stage.ingress.publishCertificates(names(all), never, read)
    expect(asked).toEqual([['cert_a'], ['cert_b', 'cert_c']])
    const again = await stage.restart()
    afterwards(() => again.close())
    asked.length = 0
    await stage.ingress.publishCertificates(names(all.slice(0, 2)), never, read)
    expect(asked).toEqual([])
    for (const i of [0, 1]) expect(shown(await shaken(again.httpsPort, all[i]!.hosts[0]!))).toBe(all[i]!.fingerprint)
    // Those that are named no more are gone.
    await stage.ingress.publishCertificates(names(all.slice(1, 2)), never, read)
    await expect(shaken(again.httpsPort, 'a.example')).rejects.toThrow()
  })

  test('certificates are served after a restart without anybody telling them again', async () => {
    const stage = await secured(start, (_, response) => void response.end('ok'))
    const again = await stage.restart()
    afterwards(() => again.close())
    expect(await askSecure(again.httpsPort)).toMatchObject({ status: 200, body: 'ok' })
  })

  test.skipIf(limits.includes('own_proofs'))('a certificate authority that proves by TLS is shown the certificate of its challenge, and nobody else is', async () => {
    const stage = await secured(start, (_, response) => void response.end('ok'))
    const served = certificate('cert_a', ['shop.example'])
    const [proof, first] = [certificate('chl_1', ['shop.example']), certificate('chl_2', ['new.example'])]
    await stage.ingress.publishCertificates([served, proof, first].map((each) => (each === served ? each : { ...each, hosts: [] })), never)
    await stage.publishSites([site(SHOP), site({ host: 'new.example' })], [{ type: 'tls-alpn-01', host: 'shop.example', certificateId: 'chl_1' }, { type: 'tls-alpn-01', host: 'new.example', certificateId: 'chl_2' }])
    for (const [host, expected] of [['shop.example', proof], ['new.example', first]] as const) {
      for (const maxVersion of ['TLSv1.2', undefined] as const) {
        const socket = await shaken(stage.httpsPort, host, { ALPNProtocols: ['acme-tls/1'], ...(maxVersion ? { maxVersion } : {}) })
        expect([socket.alpnProtocol, shown(socket)]).toEqual(['acme-tls/1', expected.fingerprint])
      }
    }
    expect(shown(await shaken(stage.httpsPort, 'shop.example'))).toBe(served.fingerprint)
    await expect(shaken(stage.httpsPort, 'new.example', { ALPNProtocols: ['h2', 'http/1.1'] })).rejects.toThrow()
    await stage.publishSites([site(SHOP)])
    await expect(shaken(stage.httpsPort, 'shop.example', { ALPNProtocols: ['acme-tls/1'] })).rejects.toThrow()
  })

  test('plain HTTP is sent on to HTTPS where that is answered, but for challenges; only HTTPS is told to stay', async () => {
    const stage = await secured(start, (_, response) => void response.end('ok'))
    const rules = { forceHttps: true, hsts: { maxAgeS: 600, includeSubdomains: true, preload: false } }
    await stage.publishSites([site({ ...SHOP, rules }), site({ host: 'bare.example', rules })])
    const at = async (host: string, path = '/a?b=c') => {
      const { status, headers } = await ask(stage.port, { host, path, method: 'POST' })
      return [status, headers.location, headers['strict-transport-security']]
    }
    expect(await at(`shop.example:${stage.port}`)).toEqual([308, `https://shop.example:${stage.httpsPort}/a?b=c`, undefined])
    expect(await at('shop.example')).toEqual([308, 'https://shop.example/a?b=c', undefined])
    expect(await at('shop.example', '/.well-known/acme-challenge/x')).toEqual([200, undefined, undefined])
    expect(await at('bare.example')).toEqual([200, undefined, undefined])
    expect((await askSecure(stage.httpsPort)).headers['strict-transport-security']).toBe('max-age=600; includeSubDomains')
    expect((await askHttp2(session(stage.httpsPort))).headers['strict-transport-security']).toBe('max-age=600; includeSubDomains')
  })

  test('a request of HTTP/2 comes to the workload as one of HTTP/1.1, and its answer goes back with what follows it', async () => {
    const stage = await secured(start, (request, response) => {
      response.writeHead(201, { 'set-cookie': ['a=1', 'b=2'], connection: 'keep-alive, x-private', 'x-private': '1', ...(request.method === 'POST' ? { trailer: 'x-sum' } : {}) })
      if (request.method === 'POST') response.addTrailers({ 'x-sum': '42' })
      echo(request, response)
    })
    const over = session(stage.httpsPort)
    const got = await askHttp2(over, { ':method': 'POST', ':path': '/a?b=c', cookie: ['x=1', 'y=2'], 'x-forwarded-for': '6.6.6.6', te: 'trailers' }, 'hello')
    expect(got).toMatchObject({ status: 201, headers: { 'set-cookie': ['a=1', 'b=2'] }, trailers: { 'x-sum': '42' }, code: 0 })
    expect(got.headers).not.toHaveProperty('x-private')
    const told = JSON.parse(got.body) as { method: string; url: string; raw: string[]; headers: Record<string, string>; size: number }
    expect(told).toMatchObject({ method: 'POST', url: '/a?b=c', size: 5, headers: { host: 'shop.example', cookie: 'x=1; y=2', 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'https', 'x-forwarded-port': String(stage.httpsPort), 'transfer-encoding': 'chunked' } })
    expect(told.raw.some((name) => name.startsWith(':'))).toBe(false)
    expect(await askHttp2(over, { ':method': 'HEAD' })).toMatchObject({ status: 201, body: '' })
    // Many at once over one connection.
    const many = await Promise.all(Array.from({ length: 100 }, (_, i) => askHttp2(over, { ':path': `/${i}` })))
    expect(new Set(many.map(({ body }) => (JSON.parse(body) as { url: string }).url)).size).toBe(100)
    expect((await stage.traffic()).targets).toEqual({})
  })

  test('what is not possible in HTTP/1.1 is not made of a request of HTTP/2', async () => {
    const asked: string[] = []
    const stage = await secured(start, (request, response) => void (asked.push(`${request.method} ${request.url}`), request.resume(), response.end()))
    const over = session(stage.httpsPort)
    for (const head of [{ ':path': '/a b' }, { ':path': '/a\r\nX: y' }, { ':path': 'x' }, { host: 'other.example' }, { ':authority': 'shop.example@x' }, { ':method': 'GET /x HTTP/1.1' }, { ':method': 'CONNECT', ':path': undefined, ':scheme': undefined }, { 'content-length': '5' }, { ':authority': 'other.example' }, Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`x-${i}`, '1']))]) {
      const { status } = await askHttp2(over.closed || over.destroyed ? session(stage.httpsPort) : over, head as OutgoingHttpHeaders).catch(() => ({ status: 0 }))
      expect([0, 400, 404, 405, 421, ...(limits.includes('own_reading') ? [200, 502] : [])], JSON.stringify(head)).toContain(status)
    }
    expect(asked.filter((line) => !limits.includes('own_reading') || !['GET /a%20b', 'GET /'].includes(line))).toEqual([])
  })

  test('a connection for one name is not for another one that has another certificate', async () => {
    const stage = await secured(start, (_, response) => void response.end('ok'))
    await stage.ingress.publishCertificates([certificate('cert_a', ['shop.example', 'www.shop.example']), certificate('cert_b', ['other.example'])], never)
    await stage.publishSites([site(SHOP), site({ host: 'www.shop.example', certificateId: 'cert_a' }), site({ host: 'other.example', certificateId: 'cert_b' })])
    const over = session(stage.httpsPort)
    const statuses = await Promise.all(['shop.example', 'www.shop.example', 'other.example'].map(async (host) => (await askHttp2(over, { ':authority': host })).status))
    expect(statuses).toEqual([200, 200, 421])
  })

  test('bodies stream both ways over HTTP/2, an answer that breaks off does not look whole, and a stream that is cancelled is noticed and counted', async () => {
    const gone = moment()
    const stage = await secured(start, (request, response) => {
      if (request.url === '/half') return void response.writeHead(200, { 'content-length': '100' }).write('half', () => request.socket.destroy())
      request.socket.once('close', () => gone.let())
      response.writeHead(200)
      request.pipe(response)
    })
    const over = session(stage.httpsPort)
    await expect(askHttp2(over, { ':path': '/half' })).rejects.toThrow(limits.includes('own_reading') ? /error code/ : /INTERNAL_ERROR/)
    const stream = over.request({ ':method': 'POST', ':path': '/', ':authority': 'shop.example' })
    stream.on('error', () => {}).setEncoding('utf8')
    stream.write('first')
    expect(await once(stream, 'data')).toEqual(['first'])
    stream.write('second')
    expect(await once(stream, 'data')).toEqual(['second'])
    stream.close(constants.NGHTTP2_CANCEL)
    await gone.come
    await until(() => stage.traffic(), ({ targets }) => Object.keys(targets).length === 0)
    const { lines } = await stage.ingress.telemetry(null, never)
    expect(lines.map(({ outcome }) => outcome)).toEqual(['broke_off', 'client_left'])
  })

  test('a WebSocket is carried over TLS', async () => {
    const stage = await begin(start)
    const chat = await chatter('chat')
    await stage.ingress.publishCertificates([certificate('cert_a', ['shop.example'])], never)
    await stage.publish(route({ hosts: [], targets: [chat.target] }))
    await stage.publishSites([site(SHOP)])
    const socket = await shaken(stage.httpsPort, 'shop.example', { ALPNProtocols: ['http/1.1'] })
    socket.write('GET / HTTP/1.1\r\nHost: shop.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
    expect(await said(socket as Socket)).toMatch(/^HTTP\/1.1 101/)
    socket.write('hello')
    expect(await said(socket as Socket)).toBe('chat: hello')
    expect(Object.values((await stage.traffic()).targets)).toEqual([1])
  })

  test('a body beyond its bound is refused over HTTP/2 too', async () => {
    const stage = await secured(start, echo)
    await stage.publishSites([site({ ...SHOP, rules: { maxBodyBytes: 1_000 } })])
    const over = session(stage.httpsPort)
    expect((await askHttp2(over, { ':method': 'POST' }, 'x'.repeat(500))).status).toBe(200)
    expect((await askHttp2(over, { ':method': 'POST' }, 'x'.repeat(50_000))).status).toBe(413)
    expect((await askHttp2(over)).status).toBe(200)
  })

  test.each([
    ['resets', (n: number) => Buffer.concat([frame(1, 5, n, HEAD), frame(3, 0, n, Buffer.from([0, 0, 0, 8]))])],
    ['pings', () => frame(6, 0, 0, Buffer.alloc(8))],
    ['settings', () => frame(4, 0, 0)],
    ['headers in endless pieces', (n: number) => (n === 1 ? frame(1, 1, 1, HEAD) : frame(9, 0, 1, Buffer.from('0001780179', 'hex')))],
  ])('who sends %s without end loses the connection, and others do not notice', async (_, flood) => {
    const stage = await secured(start, (request, response) => void setTimeout(() => response.end(String(request.url)), 20))
    const calm = session(stage.httpsPort)
    const socket = await shaken(stage.httpsPort, 'shop.example', { ALPNProtocols: ['h2'] })
    socket.setMaxListeners(0).resume().write(Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(4, 0, 0)]))
    let isClosed = false
    socket.once('close', () => (isClosed = true)).once('end', () => (isClosed = true))
    for (let n = 1; !isClosed && n < (limits.includes('patient') ? 4_000 : 40_000); n += 2) {
      if (!socket.write(flood(n))) await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => {})
      if (n % 100 === 1) expect((await askHttp2(calm)).status).toBe(200)
    }
    expect(isClosed || limits.includes('patient')).toBe(true)
    expect((await askHttp2(calm)).status).toBe(200)
  })
}
