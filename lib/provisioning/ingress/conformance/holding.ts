import { request as sendRequest } from 'node:http'
import { connect } from 'node:net'

import { describe, expect, test } from 'vitest'

import { listener, totalOf } from './listener'
import { afterwards, ask, begin, chatter, moment, never, raw, route, said, sent, until, upgraded, workload, type Limits, type Stage, type Start } from './stage'

const sleeping = (forMs = 60_000) => route({ hold: { reason: 'sleeping', forMs } })
const replacing = (forMs = 60_000) => route({ hold: { reason: 'replacing', forMs } })

const held = async ({ traffic }: Stage) => (await traffic()).services['svc_a']?.held ?? 0
const untilHeld = (stage: Stage, count: number) => until(() => held(stage), (now) => now === count)

/** Requests wait while nothing can answer but something soon will. */
export function holding(start: Start, limits: Limits): void {
  test('a request waits through tables that keep the hold and then goes where the next one leads, with its body', async () => {
    const stage = await begin(start)
    const { target } = await workload((request, response) => {
      let size = 0
      request.on('data', (chunk: Buffer) => (size += chunk.length)).once('end', () => response.end(`${request.method} ${size}`))
    })
    await stage.publish(sleeping())
    const answer = ask(stage.port, { method: 'POST', body: 'x'.repeat(5_000) })
    await untilHeld(stage, 1)
    for (const table of [sleeping(), replacing(), sleeping(30_000)]) await stage.publish(table)
    expect(await held(stage)).toBe(1)
    await stage.publish(route({ targets: [target] }))
    expect(await answer).toMatchObject({ status: 200, body: 'POST 5000' })
    expect((await stage.traffic()).services['svc_a']).toMatchObject({ held: 0 })
  })

  test('a body is not read while its request waits', async () => {
    const stage = await begin(start)
    const { target } = await workload((request, response) => void request.resume().once('end', () => response.end()))
    await stage.publish(sleeping())
    const order: string[] = []
    const { request, status } = sent(stage.port, { method: 'PUT', headers: { 'content-length': String(64 << 20) } })
    request.end(Buffer.alloc(64 << 20), () => order.push('all taken'))
    await untilHeld(stage, 1)
    for (let i = 0; i < 20; i++) await stage.publish(sleeping())
    order.push('released')
    await stage.publish(route({ targets: [target] }))
    expect(await status).toBe(200)
    expect(order).toEqual(['released', 'all taken'])
  })

  test('a client that asks before it sends its body is told to only when somebody takes it', async () => {
    const stage = await begin(start)
    const { target } = await workload((request, response) => void request.pipe(response))
    await stage.publish(sleeping())
    const order: string[] = []
    const { request, ended, heard } = sent(stage.port, { method: 'POST', headers: { expect: '100-continue', 'content-length': '5' } })
    request.once('continue', () => {
      order.push('continue')
      request.end('hello')
    })
    request.flushHeaders()
    await untilHeld(stage, 1)
    order.push('released')
    await stage.publish(route({ targets: [target] }))
    expect(await ended).toBe('whole')
    expect(heard()).toBe('hello')
    expect(order).toEqual(['released', 'continue'])
    await stage.publish(sleeping(50))
    expect(await raw(stage.port, 'POST / HTTP/1.1\r\nHost: a.localhost\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n')).toMatch(/^HTTP\/1.1 503/)
  })

  test('a request whose service will have nothing after all gets the page at once', async () => {
    const stage = await begin(start)
    await stage.publish(sleeping())
    const answer = ask(stage.port)
    await untilHeld(stage, 1)
    await stage.publish(route({ unavailable: 'stopped' }))
    expect(await answer).toMatchObject({ status: 503, body: expect.stringContaining('is stopped') })
    await stage.publish(sleeping())
    const orphan = ask(stage.port)
    await untilHeld(stage, 1)
    await stage.publish()
    expect(await orphan).toMatchObject({ status: 404 })
  })

  test('a request goes where its host leads, also when that is another service now', async () => {
    const stage = await begin(start)
    const { target } = await workload((_, response) => void response.end('b'))
    await stage.publish(sleeping())
    const answer = ask(stage.port)
    await untilHeld(stage, 1)
    const other = { serviceId: 'svc_b', hold: { reason: 'replacing', forMs: 60_000 } } as const
    await stage.publish({ ...sleeping(), hosts: [] }, route(other))
    expect((await stage.traffic()).services).toMatchObject({ svc_a: { held: 0 }, svc_b: { held: 1 } })
    await stage.publish({ ...sleeping(), hosts: [] }, route({ ...other, hold: null, targets: [target] }))
    expect((await answer).body).toBe('b')
  })

  test.each([
    ['sleeping', sleeping(100), 'It was asleep'],
    ['replacing', replacing(100), 'One version has to end before the next one starts'],
  ] as const)('after its time a request is told what it waited for: %s', async (_, table, words) => {
    const stage = await begin(start)
    await stage.publish(table)
    expect(await ask(stage.port)).toMatchObject({ status: 503, headers: { 'retry-after': expect.stringMatching(/^\d+$/) }, body: expect.stringContaining(words) })
    expect(await ask(stage.port, { method: 'POST', body: 'x'.repeat(3 << 20) })).toMatchObject({ status: 503, body: expect.stringContaining('1 second') })
    expect(await raw(stage.port, 'GET / HTTP/1.1\r\nHost: a.localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')).toMatch(/^HTTP\/1.1 503[\s\S]*Retry-After: \d/)
    expect(await held(stage)).toBe(0)
  })

  test('the time of a request runs from its arrival, whatever is published meanwhile', async () => {
    const stage = await begin(start)
    await stage.publish(sleeping(200))
    let isAnswered = false
    const answer = ask(stage.port).finally(() => (isAnswered = true))
    while (!isAnswered) await stage.publish(sleeping(200))
    expect((await answer).status).toBe(503)
    await stage.publish(sleeping(600_000))
    const shortened = ask(stage.port)
    await untilHeld(stage, 1)
    await stage.publish(sleeping(1))
    expect((await shortened).status).toBe(503)
  })

  test('a waiting connection is upgraded when it can be', async () => {
    const stage = await begin(start)
    const { target } = await chatter('awake')
    await stage.publish(sleeping())
    const { socket } = upgraded(stage.port)
    await untilHeld(stage, 1)
    await stage.publish(sleeping())
    await stage.publish(route({ targets: [target] }))
    const open = await socket
    open.write('hello')
    expect(await said(open)).toBe('awake: hello')
  })

  test('requests on a private port wait as well', async () => {
    const stage = await begin(start)
    const { target } = await workload((_, response) => void response.end('private'))
    const free = await workload(() => {})
    await new Promise((resolve) => free.server.close(resolve))
    await stage.publish({ ...sleeping(), privatePort: free.port })
    const answer = ask(free.port, { host: 'anything' })
    await untilHeld(stage, 1)
    await stage.publish(route({ privatePort: free.port, targets: [target] }))
    expect((await answer).body).toBe('private')
  })

  test('everybody who waits is let through', async () => {
    const stage = await begin(start)
    const { target } = await workload((request, response) => void request.resume().once('end', () => response.end('ok')))
    await stage.publish(sleeping())
    const answers = Array.from({ length: 350 }, (_, n) => ask(stage.port, n % 2 ? {} : { method: 'POST', body: 'x' }))
    await untilHeld(stage, 350)
    await stage.publish(route({ targets: [target] }))
    expect((await Promise.all(answers)).map(({ status }) => status).filter((status) => status !== 200)).toEqual([])
    const { services } = await until(stage.traffic, ({ services: now }) => now['svc_a']!.open === 0)
    expect(totalOf(await listener(stage).until(350))).toEqual({ requests: 350, errors: 0 })
    expect(services['svc_a']!.held).toBe(0)
  })

  test('somebody who waits is answered when the proxy ends', async () => {
    const stage = await begin(start)
    await stage.publish(sleeping())
    const answer = ask(stage.port)
    await untilHeld(stage, 1)
    await stage.close()
    expect((await answer).status).toBe(503)
  })

  describe('a client that goes away is forgotten', () => {
    const plain = 'GET / HTTP/1.1\r\nHost: a.localhost\r\n\r\n'
    const partial = 'POST / HTTP/1.1\r\nHost: a.localhost\r\nContent-Length: 100\r\n\r\nbegun'
    const upgrade = 'GET / HTTP/1.1\r\nHost: a.localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'
    test.each([
      ['a request', plain, 1],
      ['a body half sent', partial, 1],
      ['several requests in one go', plain + plain + plain, limits.includes('one_by_one') ? 1 : 3],
      ['a connection to be upgraded', upgrade, 1],
    ] as const)('%s', async (_, text, count) => {
      const stage = await begin(start)
      await stage.publish(sleeping())
      for (const leave of ['end', 'destroy', 'resetAndDestroy'] as const) {
        const socket = connect(stage.port, '127.0.0.1', () => void socket.write(text))
        socket.on('error', () => {})
        afterwards(() => void socket.destroy())
        await untilHeld(stage, count)
        socket[leave]()
        await untilHeld(stage, 0)
      }
      expect(await stage.ingress.wanted(0, never)).toEqual([])
    })
  })

  describe('who is wanted', () => {
    test('a sleeping service is named as long as somebody waits for it', async () => {
      const stage = await begin(start)
      await stage.publish(sleeping())
      expect(await stage.ingress.wanted(0, never)).toEqual([])
      const { request } = sent(stage.port)
      request.end()
      await untilHeld(stage, 1)
      for (let i = 0; i < 3; i++) expect(await stage.ingress.wanted(60_000, never)).toEqual(['svc_a'])
      request.destroy()
      await untilHeld(stage, 0)
      expect(await stage.ingress.wanted(0, never)).toEqual([])
    })

    test('the first who comes ends the wait of everybody who listens', async () => {
      const stage = await begin(start)
      const one = route({ serviceId: 'svc_b', hosts: ['b.localhost'], hold: { reason: 'sleeping', forMs: 60_000 } })
      await stage.publish(sleeping(), one)
      const both = [stage.ingress.wanted(60_000, never), stage.ingress.wanted(60_000, never)]
      sent(stage.port, { host: 'b.localhost' }).request.end()
      expect(await Promise.all(both)).toEqual([['svc_b'], ['svc_b']])
    })

    test('one that is being replaced is not wanted, until it sleeps', async () => {
      const stage = await begin(start)
      await stage.publish(replacing())
      sent(stage.port).request.end()
      await untilHeld(stage, 1)
      expect(await stage.ingress.wanted(50, never)).toEqual([])
      const wanted = stage.ingress.wanted(60_000, never)
      await stage.publish(sleeping())
      expect(await wanted).toEqual(['svc_a'])
    })

    test('who no longer listens disturbs nobody', async () => {
      const stage = await begin(start)
      await stage.publish(sleeping())
      const impatient = new AbortController()
      const left = moment<unknown>()
      stage.ingress.wanted(60_000, impatient.signal).catch(left.let)
      impatient.abort()
      expect(await left.come).toMatchObject({ code: 'unavailable' })
      const wanted = stage.ingress.wanted(60_000, never)
      const request = sendRequest({ host: '127.0.0.1', port: stage.port, headers: { host: 'a.localhost' } }).on('error', () => {})
      afterwards(() => void request.destroy())
      request.end()
      expect(await wanted).toEqual(['svc_a'])
    })
  })
}
