import { createServer, request as sendRequest, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http'
import { connect, type Socket } from 'node:net'

import { afterEach, describe, expect, test } from 'vitest'

import type { Ingress, Route } from './table'

// What every ingress must do, whatever carries the bytes. A subject is a running proxy with the client the worker uses.

export type Subject = { ingress: Ingress; port: number; /** Ends it and starts it again on the same files. */ restart(): Promise<Subject>; close(): Promise<void> }
type Answer = { status: number; headers: IncomingHttpHeaders; rawHeaders: string[]; body: string }

const never = new AbortController().signal
const cleanups: (() => Promise<void> | void)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

type Target = Route['targets'][number]

/** A workload on a free port. */
export async function workload(listener: RequestListener, deploymentId = 'dep_a'): Promise<{ port: number; server: Server; target: Target }> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => void (server.closeAllConnections(), server.close()))
  const { port } = server.address() as { port: number }
  return { port, server, target: { host: '127.0.0.1', port, deploymentId } }
}

export function route(part: Partial<Route>): Route {
  return { serviceId: 'svc_a', name: 'a', hosts: ['a.localhost'], privatePort: null, targets: [], unavailable: null, hold: null, ...part }
}

type Ask = { host?: string; method?: string; path?: string; headers?: Record<string, string>; body?: string; accept?: string }

export function ask(port: number, { host = 'a.localhost', method = 'GET', path = '/', headers = {}, body, accept }: Ask = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = sendRequest({ host: '127.0.0.1', port, method, path, agent: false, headers: { host, ...(accept ? { accept } : {}), ...headers } }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.once('end', () => resolve({ status: response.statusCode!, headers: response.headers, rawHeaders: response.rawHeaders, body: text }))
      response.once('error', reject)
    })
    request.once('error', reject)
    request.end(body)
  })
}

/** Sends bytes as they are and resolves with everything that comes back until the connection ends. */
export function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(port, '127.0.0.1', () => socket.write(text))
    let answer = ''
    socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk))
    socket.once('close', () => resolve(answer))
    socket.once('error', reject)
    socket.setTimeout(5_000, () => socket.destroy())
  })
}

/** Runs the suite against a proxy. `start` gives a fresh one with an empty table. */
export function ingressConformance(name: string, start: () => Promise<Subject>): void {
  let version = 0
  const begin = async () => {
    const subject = await start()
    cleanups.push(() => subject.close())
    return subject
  }
  const publish = (ingress: Ingress, routes: Route[]) => ingress.publish({ version: ++version, routes }, never)
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
      expect(await raw(port, 'POST / HTTP/1.1\r\nHost: a.localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n')).toMatch(/^HTTP\/1.1 400/)
    })

    test('a new table takes the place of the old one; an older one is refused; the same one again is fine', async () => {
      const { ingress, port } = await begin()
      const one = await workload((_, response) => response.end('one'))
      const two = await workload((_, response) => response.end('two'))
      await publish(ingress, [route({ targets: [one.target] })])
      const table = { version: ++version, routes: [route({ targets: [two.target] })] }
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
      cleanups.push(() => again.close())
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

    test('a body streams both ways: the first piece arrives before the last is sent', async () => {
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
        socket.on('data', (chunk) => socket.write(`echo ${chunk}`))
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

  test(`${name}: no request is lost while targets are swapped under load`, async () => {
    const { ingress, port } = await begin()
    const open = async () => workload((request, response) => void request.resume().once('end', () => response.end('ok')))
    let current = await open()
    await publish(ingress, [route({ targets: [current.target] })])
    let isOver = false
    const failures: unknown[] = []
    let answered = 0
    const load = Array.from({ length: 8 }, async (_, n) => {
      while (!isOver) {
        const outcome = await ask(port, n % 2 === 0 ? {} : { method: 'POST', body: 'x'.repeat(2_000) }).catch((error: unknown) => error)
        if ((outcome as Answer).status === 200) answered++
        else failures.push(outcome)
      }
    })
    for (let swap = 0; swap < 50; swap++) {
      const next = await open()
      await publish(ingress, [route({ targets: [next.target] })])
      const former = current.server
      setTimeout(() => former.close(), 300).unref()
      current = next
      await new Promise((resolve) => setTimeout(resolve, 40))
    }
    isOver = true
    await Promise.all(load)
    expect(failures).toEqual([])
    expect(answered).toBeGreaterThan(200)
  })
}
