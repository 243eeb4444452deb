import { Agent, request as sendRequest, type RequestListener } from 'node:http'
import { connect } from 'node:net'

import { expect, test } from 'vitest'

import { afterwards, ask, begin, chatter, moment, never, nextVersion, raw, route, said, sent, until, upgraded, workload, type Ask, type Limits, type Start } from './stage'

const key = ({ host, port }: { host: string; port: number }) => `${host}:${port}`

/** Versions come and go, and nobody notices. */
export function swapping(start: Start, limits: Limits): void {
  test('no request is lost while versions take turns: a version ends at once when nothing is open there', { timeout: 120_000 }, async () => {
    const stage = await begin(start)
    const answer: RequestListener = (request, response) => void request.resume().once('end', () => response.end('ok'))
    let current = await workload(answer)
    await stage.publish(route({ targets: [current.target] }))
    const { failures, stop } = load(stage.port)
    for (let swap = 0; swap < 100; swap++) {
      const next = await workload(answer)
      await stage.publish(route({ targets: [next.target] }))
      await until(stage.traffic, ({ targets }) => targets[key(current.target)] === undefined)
      current.server.close()
      current.server.closeAllConnections()
      current = next
    }
    const answered = await stop()
    expect(failures).toEqual([])
    expect(answered).toBeGreaterThan(200)
  })

  test('no request is lost while one version ends before the next one starts', { timeout: 120_000 }, async () => {
    const stage = await begin(start)
    const answer: RequestListener = (request, response) => void request.resume().once('end', () => response.end('ok'))
    let current = await workload(answer)
    await stage.publish(route({ targets: [current.target] }))
    const { failures, stop } = load(stage.port)
    for (let swap = 0; swap < 30; swap++) {
      await stage.publish(route({ hold: { reason: 'replacing', forMs: 60_000 } }))
      await until(stage.traffic, ({ targets }) => Object.keys(targets).length === 0)
      current.server.close()
      current.server.closeAllConnections()
      current = await workload(answer)
      await stage.publish(route({ targets: [current.target] }))
    }
    await stop()
    expect(failures).toEqual([])
  })

  test('a slow download, a slow upload and an open connection go on through 100 tables', async () => {
    const stage = await begin(start)
    const former = await chatter('former')
    former.server.removeAllListeners('request')
    former.server.on('request', ((request, response) => {
      if (request.method === 'PUT') return void request.pipe(response)
      const ticks = setInterval(() => response.write('.'), 5)
      request.socket.once('close', () => clearInterval(ticks))
      finish.come.then(() => (clearInterval(ticks), response.end('!'))).catch(() => {})
    }) satisfies RequestListener)
    const finish = moment()
    await stage.publish(route({ targets: [former.target] }))
    const download = sent(stage.port)
    download.request.end()
    const upload = sent(stage.port, { method: 'PUT' })
    upload.request.write('0 ')
    const socket = await upgraded(stage.port).socket
    await until(() => download.heard() + upload.heard(), (text) => text.includes('.') && text.includes('0'))
    const next = await workload((_, response) => void response.end('next'))
    for (let i = 1; i <= 100; i++) {
      await stage.publish(route({ targets: i % 3 === 0 ? [] : [next.target], hold: i % 3 === 0 ? { reason: 'replacing', forMs: 60_000 } : null }))
      upload.request.write(`${i} `)
      socket.write(String(i))
      expect(await said(socket)).toBe(`former: ${i}`)
    }
    expect((await stage.traffic()).targets[key(former.target)]).toBe(3)
    finish.let()
    upload.request.end('end')
    expect([await download.ended, await upload.ended]).toEqual(['whole', 'whole'])
    expect(download.heard()).toMatch(/^\.+!$/)
    expect(upload.heard()).toBe(`${Array.from({ length: 101 }, (_, i) => `${i} `).join('')}end`)
    socket.end()
    await until(stage.traffic, ({ targets }) => Object.keys(targets).length === 0)
  })

  test('idle connections to a version that went away are not kept, nor those that become idle later', async () => {
    const stage = await begin(start)
    const finish = moment()
    const former = await workload((request, response) => (request.url === '/slow' ? void finish.come.then(() => response.end()) : void response.end()))
    const connections = () => new Promise<number>((resolve, reject) => former.server.getConnections((error, count) => (error ? reject(error) : resolve(count))))
    const next = await workload((_, response) => void response.end())
    await stage.publish(route({ targets: [former.target] }))
    const slow = sent(stage.port, { path: '/slow' })
    slow.request.end()
    await Promise.all(Array.from({ length: 5 }, () => ask(stage.port)))
    await until(stage.traffic, ({ targets }) => targets[key(former.target)] === 1)
    await stage.publish(route({ targets: [next.target] }))
    await until(connections, (count) => count === 1)
    finish.let()
    expect(await slow.ended).toBe('whole')
    await until(connections, (count) => count === 0)
  })

  test('a table that comes while another is being taken is in force in the end', async () => {
    const stage = await begin(start)
    const made = await Promise.all(['first', 'second', 'third'].map((name) => workload((_, response) => void response.end(name))))
    await Promise.all(made.map(({ target }) => stage.ingress.publish({ version: nextVersion(), routes: [route({ targets: [target] })] }, never).catch(() => {})))
    const serving = (await ask(stage.port)).body
    expect(serving).toBe('third')
    const again = await stage.restart()
    afterwards(() => again.close())
    expect((await ask(again.port)).body).toBe('third')
  })

  test('what a workload says last on an upgraded connection arrives, however slowly it is read', async () => {
    const stage = await begin(start)
    const { target, server } = await workload(() => {})
    const size = 32 << 20
    server.on('upgrade', (request, socket) => {
      socket.on('error', () => {})
      socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${request.headers.upgrade}\r\n\r\n`)
      socket.end(Buffer.alloc(size))
    })
    await stage.publish(route({ targets: [target] }))
    const socket = await upgraded(stage.port).socket
    let heard = 0
    socket.on('data', (chunk: Buffer) => (heard += chunk.length))
    await new Promise((resolve) => socket.once('close', resolve))
    expect(heard).toBe(size)
  })

  test.skipIf(limits.includes('half_duplex'))('an answer that comes before its upload has ended leaves the connection fit for the next request', async () => {
    const stage = await begin(start)
    const { target } = await workload((request, response) => (request.method === 'POST' ? void response.writeHead(413).end('too much') : void response.end('next')))
    await stage.publish(route({ targets: [target] }))
    const socket = connect(stage.port, '127.0.0.1')
    afterwards(() => void socket.destroy())
    let heard = ''
    socket.setEncoding('utf8').on('data', (text: string) => (heard += text))
    socket.write(`POST / HTTP/1.1\r\nHost: a.localhost\r\nContent-Length: 3000000\r\n\r\n${'x'.repeat(1_000_000)}`)
    await until(() => heard, (text) => text.includes('too much'))
    socket.write(`${'x'.repeat(2_000_000)}GET / HTTP/1.1\r\nHost: a.localhost\r\n\r\n`)
    await until(() => heard, (text) => text.includes('next'))
  })

  test('an answer that cannot be handed on is 502, and the proxy stays', async () => {
    const stage = await begin(start)
    const { target, server } = await workload(() => {})
    server.removeAllListeners('connection')
    server.on('connection', (socket) => {
      socket.on('error', () => {})
      socket.once('data', (asked) => socket.end(String(asked).includes('/status') ? 'HTTP/1.1 001 Odd\r\n\r\n' : 'HTTP/1.1 200 O\u0001K\r\nX-Odd: \u0001\r\n\r\n'))
    })
    await stage.publish(route({ targets: [target] }))
    for (const path of ['/status', '/reason']) expect((await ask(stage.port, { path })).status, path).toBe(502)
    expect(await raw(stage.port, 'GARBAGE\r\n\r\n')).toMatch(/^HTTP\/1.1 400/)
  })
}

/** Clients of every kind, for as long as it takes: with and without body, on new and on kept connections. */
function load(port: number): { failures: unknown[]; stop(): Promise<number> } {
  const agent = new Agent({ keepAlive: true })
  afterwards(() => agent.destroy())
  const failures: unknown[] = []
  let answered = 0
  let isOver = false
  const asks: (() => Promise<{ status: number }>)[] = [
    () => ask(port),
    () => ask(port, { method: 'POST', body: 'x'.repeat(2_000) }),
    () => ask(port, { method: 'PATCH', body: 'x' }),
    () => kept(port, agent, {}),
    () => kept(port, agent, { method: 'POST', body: 'x'.repeat(100_000) }),
    () => kept(port, agent, { method: 'PUT', body: 'x' }),
  ]
  const clients = asks.map(async (make) => {
    while (!isOver) {
      const outcome = await make().catch((error: unknown) => error)
      if ((outcome as { status?: number }).status === 200) answered++
      else failures.push(outcome)
    }
  })
  return {
    failures,
    async stop() {
      isOver = true
      await Promise.all(clients)
      return answered
    },
  }
}

function kept(port: number, agent: Agent, { method = 'GET', body }: Ask): Promise<{ status: number }> {
  return new Promise((resolve, reject) => {
    const request = sendRequest({ host: '127.0.0.1', port, method, agent, headers: { host: 'a.localhost' } }, (response) => {
      response.resume().once('end', () => resolve({ status: response.statusCode! }))
      response.once('error', reject)
    })
    request.once('error', reject)
    request.end(body)
  })
}
