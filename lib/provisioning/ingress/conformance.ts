import { request as sendRequest, type RequestListener } from 'node:http'

import { afterEach, describe, expect, test } from 'vitest'

import { counting } from './conformance/counting'
import { holding } from './conformance/holding'
import { afterwards, ask, begin as beginWith, cleanUp, never, nextVersion, raw, route, workload, type Limits, type Start } from './conformance/stage'
import { securing } from './conformance/securing'
import { siting } from './conformance/siting'
import { smuggling } from './conformance/smuggling'
import { swapping } from './conformance/swapping'
import { telling } from './conformance/telling'
import type { Ingress, Route } from './table'

// What every ingress must do, whatever carries the bytes. A subject is a running proxy with the client the worker uses.

afterEach(cleanUp)

const PARTS = { sites: siting, HTTPS: securing, 'what means two things': smuggling, holding, counting, telling, swapping }
/** What a proxy may not be able to do. */
export type Part = keyof typeof PARTS

/** Runs the suite against a proxy. `start` gives a fresh one with an empty table. What it says that it cannot do is named as skipped. */
export function ingressConformance(name: string, start: Start, { cannot = [], limits = [] }: { cannot?: readonly Part[]; limits?: Limits } = {}): void {
  const begin = () => beginWith(start)
  const publish = (ingress: Ingress, routes: Route[]) => ingress.publish({ version: nextVersion(), routes }, never)
  const echo: RequestListener = (request, response) => response.end(JSON.stringify({ url: request.url, method: request.method, headers: request.headers }))

  describe(`${name}: routing`, () => {
    test('a host is found in any letters, with a port and with a dot at its end', async () => {
      const { ingress, port } = await begin()
      const { target } = await workload(echo)
      await publish(ingress, [route({ targets: [target] })])
      for (const asked of ['a.localhost', 'A.LocalHost', `a.localhost:${port}`, 'a.localhost.']) expect((await ask(port, { host: asked })).status, asked).toBe(200)
    })

    test('an unknown host gets a page that says so, in the form the client prefers', async () => {
      const { port } = await begin()
      expect(await ask(port, { host: 'nobody.localhost' })).toMatchObject({ status: 404, headers: { 'content-type': 'text/plain; charset=utf-8' } })
      expect((await ask(port, { host: 'nobody.localhost', accept: 'text/html' })).body).toContain('<!doctype html>')
      expect(JSON.parse((await ask(port, { host: 'nobody.localhost', accept: 'application/json' })).body)).toMatchObject({ status: 404 })
    })

    test('a request that could mean two things is refused', async () => {
      const { port } = await begin()
      expect(await raw(port, 'GET / HTTP/1.1\r\nHost: a.localhost\r\nHost: b.localhost\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1.1 400/)
      expect(await raw(port, 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1.1 400/)
      const both = limits.includes('own_reading') ? /^HTTP\/1.1 4/ : /^HTTP\/1.1 400/
      expect(await raw(port, 'POST / HTTP/1.1\r\nHost: a.localhost\r\nConnection: close\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n')).toMatch(both)
    })

    test('a new table takes the place of the old one; an older one is refused; the same one again is fine', async () => {
      const { ingress, port } = await begin()
      const one = await workload((_, response) => response.end('one'))
      const two = await workload((_, response) => response.end('two'))
      await publish(ingress, [route({ targets: [one.target] })])
      const version = nextVersion()
      const table = { version, routes: [route({ targets: [two.target] })] }
      await ingress.publish(table, never)
      await ingress.publish(table, never)
      await expect(ingress.publish({ ...table, version: version - 1 }, never)).rejects.toMatchObject({ code: 'stale_generation' })
      expect((await ask(port)).body).toBe('two')
    })

    test('the last table is served after a restart', async () => {
      const subject = await begin()
      const { target } = await workload(echo)
      await publish(subject.ingress, [route({ targets: [target] })])
      const again = await subject.restart()
      afterwards(() => again.close())
      expect((await ask(again.port)).status).toBe(200)
    })

    test('several targets take turns, and one that refuses is passed over', async () => {
      const { ingress, port } = await begin()
      const one = await workload((_, response) => response.end('one'))
      const two = await workload((_, response) => response.end('two'))
      await publish(ingress, [route({ targets: [one.target, two.target] })])
      expect(new Set([(await ask(port)).body, (await ask(port)).body])).toEqual(new Set(['one', 'two']))
      await new Promise((resolve) => one.server.close(resolve))
      for (let i = 0; i < 4; i++) expect((await ask(port, { method: 'POST', body: 'x' })).body).toBe('two')
    })
  })

  describe(`${name}: what is handed on`, () => {
    test('the workload learns who asked, and nobody can forge it', async () => {
      const { ingress, port } = await begin()
      const { target } = await workload(echo)
      await publish(ingress, [route({ targets: [target] })])
      const forged = { 'x-forwarded-for': '6.6.6.6', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil', 'x-real-ip': '6.6.6.6', forwarded: 'for=6.6.6.6' }
      const { headers } = JSON.parse((await ask(port, { headers: { ...forged, connection: 'close, x-private', 'x-private': '1', 'x-kept': '2' } })).body) as { headers: Record<string, string> }
      expect(headers).toMatchObject({ host: 'a.localhost', 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http', 'x-forwarded-host': 'a.localhost', 'x-forwarded-port': String(port), 'x-kept': '2' })
      expect(headers['x-request-id']).toBeTruthy()
      for (const gone of ['forwarded', 'x-real-ip', 'x-private']) expect(headers).not.toHaveProperty(gone)
    })

    test('repeated headers of an answer stay repeated', async () => {
      const { ingress, port } = await begin()
      const { target } = await workload((_, response) => response.setHeader('set-cookie', ['a=1', 'b=2']).end())
      await publish(ingress, [route({ targets: [target] })])
      expect((await ask(port)).headers['set-cookie']).toEqual(['a=1', 'b=2'])
    })

    test('what follows the body of an answer is handed on', async () => {
      const { ingress, port } = await begin()
      const { target } = await workload((_, response) => {
        response.writeHead(200, { trailer: 'X-Sum' })
        response.write('body')
        response.addTrailers({ 'X-Sum': '42' })
        response.end()
      })
      await publish(ingress, [route({ targets: [target] })])
      expect(await raw(port, 'GET / HTTP/1.1\r\nHost: a.localhost\r\nConnection: close\r\n\r\n')).toMatch(/body\r\n0\r\nX-Sum: 42\r\n/)
    })

    test.each([
      ['HEAD', 200, { method: 'HEAD' }],
      ['no content', 204, {}],
      ['not modified', 304, {}],
    ])('an answer without a body stays without one: %s', async (_, status, more) => {
      const { ingress, port } = await begin()
      const { target } = await workload((__, response) => response.writeHead(status, status === 200 ? { 'content-length': '5' } : {}).end())
      await publish(ingress, [route({ targets: [target] })])
      expect(await ask(port, more)).toMatchObject({ status, body: '' })
    })

    test.skipIf(limits.includes('half_duplex'))('a body streams both ways: the first piece arrives before the last is sent', async () => {
      const { ingress, port } = await begin()
      const { target } = await workload((request, response) => {
        response.writeHead(200)
        request.pipe(response)
      })
      await publish(ingress, [route({ targets: [target] })])
      const heard = await new Promise<string[]>((resolve, reject) => {
        const pieces: string[] = []
        const request = sendRequest({ host: '127.0.0.1', port, method: 'POST', headers: { host: 'a.localhost' } }, (response) => {
          response.setEncoding('utf8').on('data', (piece: string) => {
            pieces.push(piece)
            if (pieces.length === 1) request.end('second')
          })
          response.once('end', () => resolve(pieces))
        })
        request.once('error', reject)
        request.write('first')
      })
      expect(heard).toEqual(['first', 'second'])
    })

    test('an upgraded connection carries bytes both ways', async () => {
      const { ingress, port } = await begin()
      const { target, server } = await workload(echo)
      server.on('upgrade', (request, socket) => {
        socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${request.headers.upgrade}\r\n\r\n`)
        socket.on('data', (chunk) => socket.write(`echo ${chunk}`)).on('end', () => socket.end())
      })
      await publish(ingress, [route({ targets: [target] })])
      const heard = await new Promise<string>((resolve, reject) => {
        const request = sendRequest({ host: '127.0.0.1', port, headers: { host: 'a.localhost', connection: 'Upgrade', upgrade: 'websocket' } })
        request.once('upgrade', (_, socket) => {
          socket.once('data', (chunk) => {
            socket.destroy()
            resolve(String(chunk))
          })
          socket.write('hello')
        })
        request.once('error', reject).end()
      })
      expect(heard).toBe('echo hello')
    })

    test('a request with a body arrives whole, also when its client would like another protocol', async () => {
      const { ingress, port } = await begin()
      const { target } = await workload((request, response) => void request.pipe(response))
      await publish(ingress, [route({ targets: [target] })])
      const wish = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABkAAQAAP__' }
      for (const body of ['short', 'long'.repeat(100_000)]) expect((await ask(port, { method: 'POST', body, headers: wish })).body).toBe(body)
    })

    test('a refused upgrade is answered with what the workload said', async () => {
      const { ingress, port } = await begin()
      const { target } = await workload((_, response) => response.writeHead(426).end('not here'))
      await publish(ingress, [route({ targets: [target] })])
      expect(await raw(port, 'GET / HTTP/1.1\r\nHost: a.localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')).toMatch(/^HTTP\/1.1 426[\s\S]*not here/)
    })
  })

  describe(`${name}: when no workload answers`, () => {
    test.each(['not_deployed', 'deploying', 'stopped', 'failed', 'crashing', 'exited', 'cron'] as const)('a service that is %s has a page that says so', async (unavailable) => {
      const { ingress, port } = await begin()
      await publish(ingress, [route({ name: '<b>shop</b>', unavailable })])
      const page = await ask(port, { accept: 'text/html' })
      expect(page).toMatchObject({ status: 503, headers: { 'retry-after': expect.any(String), 'cache-control': 'no-store' } })
      expect(page.body).toContain('&#60;b&#62;shop')
      expect(page.body).not.toContain('<b>')
    })

    test('a refused connection is 502', async () => {
      const { ingress, port } = await begin()
      await publish(ingress, [route({ targets: [{ host: '127.0.0.1', port: 1, deploymentId: 'dep_a' }] })])
      expect(await ask(port, { method: 'POST', body: 'x' })).toMatchObject({ status: 502, body: expect.stringContaining('refused the connection') })
    })

    test('a connection that breaks before the answer is 502, in the middle of it an answer that ends early', async () => {
      const { ingress, port } = await begin()
      const { target } = await workload((request, response) => {
        if (request.url === '/early') return void request.socket.destroy()
        response.writeHead(200, { 'content-length': '100' })
        response.write('half', () => request.socket.destroy())
      })
      await publish(ingress, [route({ targets: [target] })])
      expect(await ask(port, { path: '/early' })).toMatchObject({ status: 502, body: expect.stringContaining('broke off') })
      await expect(ask(port, { path: '/late' })).rejects.toMatchObject({ code: 'ECONNRESET' })
    })

    test('a client that goes away is noticed by the workload', async () => {
      const { ingress, port } = await begin()
      let noticed = () => {}
      const gone = new Promise<void>((resolve) => (noticed = resolve))
      const { target } = await workload((request, response) => {
        request.socket.once('close', noticed)
        response.write('begun')
      })
      await publish(ingress, [route({ targets: [target] })])
      const request = sendRequest({ host: '127.0.0.1', port, headers: { host: 'a.localhost' } }, (response) => response.once('data', () => request.destroy()))
      request.on('error', () => {})
      request.end()
      await gone
    })
  })

  describe(`${name}: private ports`, () => {
    test('a service is reached on its private port whatever the host, while the table has it', async () => {
      const { ingress } = await begin()
      const { target } = await workload(echo)
      const free = await workload(echo)
      await new Promise((resolve) => free.server.close(resolve))
      await publish(ingress, [route({ privatePort: free.port, targets: [target] })])
      expect((await ask(free.port, { host: 'anything' })).status).toBe(200)
      await publish(ingress, [])
      await expect(ask(free.port)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    })

    test('a private port that somebody else has stops nothing', async () => {
      const { ingress, port } = await begin()
      const { target } = await workload(echo)
      const taken = await workload((_, response) => response.end('mine'))
      await publish(ingress, [route({ privatePort: taken.port, targets: [target] })])
      expect((await ask(port)).status).toBe(200)
      expect((await ask(taken.port)).body).toBe('mine')
    })
  })

  for (const part of Object.keys(PARTS) as Part[]) describe.skipIf(cannot.includes(part))(`${name}: ${part}`, { timeout: 60_000 }, () => PARTS[part](start, limits))
}
