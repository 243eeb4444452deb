import { request as sendRequest, type RequestListener } from 'node:http'

import { hash } from '@node-rs/argon2'
import { expect, test } from 'vitest'

import { listener, totalOf } from './listener'
import { afterwards, ask, begin, chatter, moment, raw, route, said, sent, site, until, upgraded, workload, type Limits, type Start } from './stage'

const echo: RequestListener = (request, response) => void request.resume().once('end', () => response.end(JSON.stringify({ url: request.url, headers: request.headers })))
const named = (name: string): RequestListener => (_, response) => void response.end(name)
const heard = ({ body }: { body: string }) => JSON.parse(body) as { url: string; headers: Record<string, string> }
const UPGRADE = 'Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n'

/** Host names that people brought, and their rules. */
export function siting(start: Start, limits: Limits): void {
  test('an exact name goes before a wildcard, which has one label below it; a name of the platform goes before both', async () => {
    const stage = await begin(start)
    const [a, b, own] = await Promise.all(['a', 'b', 'own'].map((name) => workload(named(name))))
    await stage.publish(route({ hosts: [], targets: [a!.target] }), route({ serviceId: 'svc_b', hosts: [], targets: [b!.target] }), route({ serviceId: 'svc_own', hosts: ['own.example'], targets: [own!.target] }))
    const others = { paths: [{ serviceId: 'svc_b' }] }
    await stage.publishSites([site({ host: '*.example', ...others }), site({ host: 'shop.example' }), site({ host: 'own.example', ...others })])
    const answers = await Promise.all(['shop.example', 'SHOP.example.', 'else.example', 'own.example'].map(async (host) => (await ask(stage.port, { host })).body))
    expect(answers).toEqual(['a', 'a', 'b', 'own'])
    for (const host of ['example', 'a.b.example', 'shop.example.org']) expect((await ask(stage.port, { host })).status, host).toBe(404)
  })

  test('the longest prefix that fits takes a path, whole segments only, stripped and to another port as it says', async () => {
    const stage = await begin(start)
    const [a, b] = await Promise.all([workload(echo), workload(echo)])
    const other = await workload(named('other port'))
    await stage.publish(route({ hosts: [], targets: [a.target] }), route({ serviceId: 'svc_b', hosts: [], targets: [b.target] }))
    await stage.publishSites([site({ paths: [{}, { prefix: '/api', serviceId: 'svc_b', isStripped: true }, { prefix: '/api/raw', serviceId: 'svc_b' }, { prefix: '/admin', port: other.port }] })])
    const at = (path: string) => ask(stage.port, { host: 'shop.example', path, headers: { 'x-forwarded-prefix': '/forged' } })
    for (const [path, url, prefix] of [['/', '/', undefined], ['/apis', '/apis', undefined], ['/api', '/', '/api'], ['/api?x=1', '/?x=1', '/api'], ['/api/v1?x=/y', '/v1?x=/y', '/api'], ['/api/raw/1', '/api/raw/1', undefined]] as const) {
      const { url: asked, headers } = heard(await at(path))
      expect([asked, headers['x-forwarded-prefix']], path).toEqual([url, prefix])
    }
    expect((await at('/admin/users')).body).toBe('other port')
    await stage.publishSites([site({ paths: [{ prefix: '/only' }] })])
    expect((await at('/else')).status).toBe(404)
  })

  test('a sleeping service is woken, held for and counted through a site, and a connection of another protocol is carried', async () => {
    const stage = await begin(start)
    const chat = await chatter('chat')
    await stage.publish(route({ hosts: [], hold: { reason: 'sleeping', forMs: 60_000 } }))
    await stage.publishSites([site({})])
    const answer = ask(stage.port, { host: 'shop.example' })
    await until(() => stage.ingress.wanted(1_000, AbortSignal.timeout(5_000)), (ids) => ids.includes('svc_a'))
    await stage.publish(route({ hosts: [], targets: [chat.target] }))
    expect((await answer).body).toBe('chat')
    const socket = await upgraded(stage.port, 'shop.example').socket
    socket.write('hello')
    expect(await said(socket)).toBe('chat: hello')
    expect((await stage.traffic()).targets).toEqual({ [`127.0.0.1:${chat.port}`]: 1 })
  })

  test('redirects: to the primary name with path and query, and by path, without leading to another host than they say', async () => {
    const stage = await begin(start)
    const { target } = await workload(echo)
    await stage.publish(route({ hosts: [], targets: [target] }))
    const redirects = [{ from: '/old', to: '/new', status: 301 }, { from: '/docs/*', to: 'https://docs.example/v2/*', status: 307 }, { from: '/r/*', to: '/*', status: 302 }, { from: '/q', to: '/p?a=1', status: 308 }] as const
    await stage.publishSites([site({ rules: { redirects: [...redirects] } }), site({ host: 'www.shop.example', rules: { redirectTo: 'shop.example' } })])
    const at = async (path: string, host = 'shop.example') => {
      const { status, headers } = await ask(stage.port, { host, path })
      return [status, headers.location]
    }
    expect(await at('/a/b?c=d', 'www.shop.example')).toEqual([308, 'http://shop.example/a/b?c=d'])
    expect(await at('/old?x=1')).toEqual([301, '/new?x=1'])
    expect(await at('/older')).toEqual([200, undefined])
    expect(await at('/docs/a/b?x=1')).toEqual([307, 'https://docs.example/v2/a/b?x=1'])
    expect(await at('/docs')).toEqual([307, 'https://docs.example/v2/'])
    expect(await at('/r//evil.example/x')).toEqual([302, '/evil.example/x'])
    expect(await at('/q?b=2')).toEqual([308, '/p?a=1'])
  })

  test('headers are set and taken away in every answer, pages and handshakes too', async () => {
    const stage = await begin(start)
    const chat = await chatter('chat')
    chat.server.prependListener('request', (_, response) => response.setHeader('Server', 'secret').setHeader('X-Frame-Options', 'ALLOW'))
    await stage.publish(route({ hosts: [], targets: [chat.target] }))
    const headers = [{ name: 'X-Frame-Options', value: 'DENY' }, { name: 'server', value: null }, { name: 'Content-Length', value: '1' }, { name: 'X-Bad', value: 'a\r\nb: c' }]
    await stage.publishSites([site({ rules: { headers } })])
    const answer = await ask(stage.port, { host: 'shop.example' })
    expect(answer).toMatchObject({ status: 200, body: 'chat', headers: { 'x-frame-options': 'DENY' } })
    for (const gone of ['server', 'x-bad', 'b']) expect(answer.headers).not.toHaveProperty(gone)
    expect(await raw(stage.port, `GET / HTTP/1.1\r\nHost: shop.example\r\n${UPGRADE}`, { quietMs: 500 })).toMatch(/^HTTP\/1.1 101[\s\S]*X-Frame-Options: DENY/)
    await stage.publish(route({ hosts: [], unavailable: 'stopped' }))
    expect(await ask(stage.port, { host: 'shop.example' })).toMatchObject({ status: 503, headers: { 'x-frame-options': 'DENY' } })
  })

  test('addresses are let in and kept out, denied ones first', async () => {
    const stage = await begin(start)
    const { target } = await workload(echo)
    await stage.publish(route({ hosts: [], targets: [target] }))
    for (const [allow, deny, status] of [[['127.0.0.0/8'], [], 200], [['10.0.0.0/8', '::1'], [], 403], [['127.0.0.0/8'], ['127.0.0.1'], 403], [[], ['10.0.0.0/8'], 200]] as const) {
      await stage.publishSites([site({ rules: { allow: [...allow], deny: [...deny] } })])
      expect((await ask(stage.port, { host: 'shop.example' })).status, `${allow} ${deny}`).toBe(status)
      expect(await raw(stage.port, `GET / HTTP/1.1\r\nHost: shop.example\r\n${UPGRADE}`)).toMatch(status === 403 ? /^HTTP\/1.1 403/ : /^HTTP\/1.1 200/)
    }
  })

  test('a name and a password open the site, the workload is not told them, and whoever tries too often waits', async () => {
    const stage = await begin(start)
    const { target } = await workload(echo)
    await stage.publish(route({ hosts: [], hold: { reason: 'sleeping', forMs: 60_000 } }))
    const people = (password: string) => hash(password, { memoryCost: 8, timeCost: 1, parallelism: 1 }).then((made) => [{ name: 'ann', hash: made }])
    await stage.publishSites([site({ rules: { basicAuth: await people('pass:word') } })])
    const as = (name: string, password: string) => ask(stage.port, { host: 'shop.example', headers: { authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` } })
    expect(await ask(stage.port, { host: 'shop.example' })).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Basic realm="shop.example", charset="UTF-8"' } })
    for (const [name, password] of [['ann', 'wrong'], ['bob', 'pass:word'], ['', '']] as const) expect((await as(name, password)).status).toBe(401)
    expect((await ask(stage.port, { host: 'shop.example', headers: { authorization: 'Bearer x' } })).status).toBe(401)
    // Nobody of them has woken the service.
    expect((await stage.traffic()).services['svc_a']?.lastAt ?? null).toBeNull()
    await stage.publish(route({ hosts: [], targets: [target] }))
    await stage.publishSites([site({ rules: { basicAuth: await people('other') } })])
    expect((await as('ann', 'pass:word')).status).toBe(401)
    for (let i = 0; i < 3; i++) expect(heard(await as('ann', 'other')).headers).not.toHaveProperty('authorization')
    const statuses = []
    for (let i = 0; i < 12; i++) statuses.push((await as('ann', `${i}`)).status)
    expect(statuses.at(-1)).toBe(429)
    expect(await raw(stage.port, `GET / HTTP/1.1\r\nHost: shop.example\r\n${UPGRADE}`)).toMatch(/^HTTP\/1.1 401[\s\S]*WWW-Authenticate/i)
  })

  test('maintenance answers everybody with its words', async () => {
    const stage = await begin(start)
    const { target } = await workload(echo)
    await stage.publish(route({ hosts: [], targets: [target] }))
    await stage.publishSites([site({ rules: { maintenance: { message: 'Back at <noon>.' } } })])
    expect(await ask(stage.port, { host: 'shop.example' })).toMatchObject({ status: 503, headers: { 'retry-after': expect.any(String) }, body: expect.stringContaining('Back at <noon>.') })
    expect((await ask(stage.port, { host: 'shop.example', accept: 'text/html' })).body).toContain('Back at &#60;noon&#62;.')
  })

  test('a body that is too long is refused before it is read, and one without a length as soon as it is', async () => {
    const stage = await begin(start)
    const { target } = await workload(echo)
    await stage.publish(route({ hosts: [], targets: [target] }))
    await stage.publishSites([site({ rules: { maxBodyBytes: 1_000 } })])
    const post = (body: string, headers = {}) => ask(stage.port, { host: 'shop.example', method: 'POST', body, headers })
    expect((await post('x'.repeat(1_000))).status).toBe(200)
    expect(await post('x'.repeat(1_001))).toMatchObject({ status: 413, body: expect.stringContaining('1000 bytes') })
    expect((await post('x'.repeat(1_000), { 'transfer-encoding': 'chunked' })).status).toBe(200)
    expect((await post('x'.repeat(100_000), { 'transfer-encoding': 'chunked' })).status).toBe(413)
    expect(await raw(stage.port, 'POST / HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 5000\r\nExpect: 100-continue\r\n\r\n')).toMatch(/^HTTP\/1.1 413/)
    // What one client sent too much of is no failure of the workload.
    expect(totalOf(await listener(stage).until(5))).toMatchObject({ requests: 5, errors: 0 })
  })

  test('a workload that takes longer than the site waits is answered for', async () => {
    const stage = await begin(start)
    const { target } = await workload(() => {})
    await stage.publish(route({ hosts: [], targets: [target] }))
    await stage.publishSites([site({ rules: { answerMs: 100 } })])
    expect((await ask(stage.port, { host: 'shop.example' })).status).toBe(504)
  })

  test('one address is answered so often, others and other sites as ever, also after a new table', async () => {
    const stage = await begin(start, { trustedProxies: ['127.0.0.1'] })
    const { target } = await workload(echo)
    await stage.publish(route({ hosts: [], targets: [target] }))
    const rules = { rateLimit: { perSecond: 0.01, burst: 3 } }
    const sites = [site({ rules }), site({ host: 'other.example', domainId: 'dom_b', rules })]
    const from = (client: string, host = 'shop.example') => ask(stage.port, { host, headers: { 'x-forwarded-for': client } })
    const statuses: number[] = []
    for (let i = 0; i < 4; i++) {
      await stage.publishSites(sites)
      statuses.push((await from('203.0.113.1')).status)
    }
    expect(statuses).toEqual([200, 200, 200, 429])
    expect(Number((await from('203.0.113.1')).headers['retry-after'])).toBeGreaterThan(0)
    expect((await from('203.0.113.2')).status).toBe(200)
    expect((await from('203.0.113.1', 'other.example')).status).toBe(200)
    for (const tail of ['1', '2', 'ffff:1', 'aaaa:bbbb:cccc:dddd']) statuses.push((await from(`2001:db8:0:1:${tail.includes('bbbb') ? tail : `:${tail}`}`)).status)
    expect(statuses.slice(4)).toEqual([200, 200, 200, 429])
  })

  test('what a proxy says is believed of trusted ones only, and no further than they vouch for it', async () => {
    const forwarded = { 'x-forwarded-for': '6.6.6.6, 203.0.113.9, 10.0.0.5:1234', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'shop.example', 'x-forwarded-port': '443' }
    const { target } = await workload(echo)
    for (const [trustedProxies, told, status] of [
      [['127.0.0.1', '10.0.0.0/8'], { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'shop.example', 'x-forwarded-port': '443' }, 200],
      [['10.0.0.0/8'], { 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http', 'x-forwarded-host': 'a.localhost' }, 404],
    ] as const) {
      const stage = await begin(start, { trustedProxies })
      await stage.publish(route({ targets: [target] }))
      await stage.publishSites([site({ rules: { allow: ['203.0.113.9'] } })])
      expect((await ask(stage.port, { host: 'inner.example', headers: forwarded })).status).toBe(status)
      if (status === 200) expect(heard(await ask(stage.port, { host: 'inner.example', headers: forwarded })).headers).toMatchObject(told)
      else expect(heard(await ask(stage.port, { headers: forwarded })).headers).toMatchObject(told)
    }
  })

  test('what a certificate authority asks for is answered before anything else, for its host and its token alone', async () => {
    const stage = await begin(start)
    await stage.publish(route({ hosts: ['shop.example'], unavailable: 'stopped' }))
    const challenge = { type: 'http-01', host: 'new.example', token: 'tok-1_A', keyAuthorization: 'tok-1_A.thumb' } as const
    await stage.publishSites([site({ host: 'new.example', rules: { forceHttps: true, maintenance: { message: '' }, redirectTo: 'shop.example', deny: ['0.0.0.0/0'] } })], [challenge, { ...challenge, host: 'shop.example', token: 'own' }])
    const at = (host: string, token: string) => ask(stage.port, { host, path: `/.well-known/acme-challenge/${token}` })
    expect(await at('new.example', 'tok-1_A')).toMatchObject({ status: 200, body: 'tok-1_A.thumb', headers: { 'content-type': 'text/plain' } })
    expect(await at('shop.example', 'own')).toMatchObject({ status: 200 })
    expect((await at('new.example', 'tok-2')).status).not.toBe(200)
    expect((await at('shop.example', 'tok-1_A')).status).toBe(503)
  })

  test('a large body is carried through as it comes, and kept nowhere', async () => {
    const stage = await begin(start)
    const read = moment()
    let size = 0
    const { target } = await workload((request, response) => {
      void read.come.then(() => request.on('data', (chunk: Buffer) => (size += chunk.length)).once('end', () => response.end(String(size))))
    })
    await stage.publish(route({ hosts: [], targets: [target] }))
    await stage.publishSites([site({ rules: { maxBodyBytes: 2 ** 31 } })])
    const total = 64 << 20
    const piece = Buffer.alloc(1 << 20)
    const { request, ended, heard: answer } = sent(stage.port, { host: 'shop.example', method: 'PUT', headers: { 'content-length': String(total) } })
    let written = 0
    const write = () => {
      while (written < total) {
        written += piece.length
        if (!request.write(piece)) return void request.once('drain', write)
      }
      request.end()
    }
    write()
    // A workload that does not read holds up the client, not the proxy's memory.
    let before = -1
    await until(async () => {
      const now = written
      const isStill = now === before
      before = now
      await new Promise((resolve) => setTimeout(resolve, 100))
      return isStill
    }, (isStill) => isStill)
    expect(written).toBeLessThan(total / 2)
    read.let()
    expect(await ended).toBe('whole')
    expect(answer()).toBe(String(total))
  })

  test('an absolute address is taken by its path, and refused when it names another host', async () => {
    const stage = await begin(start)
    const { target } = await workload(echo)
    await stage.publish(route({ hosts: [], targets: [target] }))
    await stage.publishSites([site({ paths: [{ prefix: '/api', isStripped: true }] })])
    const get = (address: string) => new Promise<string>((resolve, reject) => {
      const request = sendRequest({ host: '127.0.0.1', port: stage.port, path: address, headers: { host: 'shop.example' } }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk)).once('end', () => resolve(`${response.statusCode} ${text}`))
      })
      afterwards(() => void request.destroy())
      request.once('error', reject).end()
    })
    expect(await get('http://shop.example/api/x')).toMatch(/^200 .*"url":"\/x"/)
    expect(await get('http://evil.example/api/x')).toMatch(limits.includes('own_reading') ? /^4\d\d/ : /^400/)
  })
}
