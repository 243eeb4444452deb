import { type RequestListener } from 'node:http'

import { expect, test } from 'vitest'

import { addLatencies } from '../../../domain/latency-histogram'
import { listener, totalOf } from './listener'
import { afterwards, ask, begin, chatter, moment, never, raw, route, sent, until, upgraded, workload, type Start } from './stage'

/** What is told of every request, whatever becomes of it. */
export function telling(start: Start): void {
  test('every request has a line: what was asked, by whom, what came of it, how long it took and how much was carried', async () => {
    const stage = await begin(start)
    const { target } = await workload((request, response) => {
      request.resume().once('end', () => response.writeHead(request.url === '/missing' ? 404 : 201).end('x'.repeat(70_000)))
    })
    await stage.publish(route({ targets: [{ ...target, replica: '1' }] }))
    await ask(stage.port, { method: 'POST', path: '/orders/4711?token=secret', body: 'y'.repeat(50_000), headers: { 'x-request-id': 'mine' } })
    await ask(stage.port, { path: '/missing' })
    const heard = listener(stage)
    const [first, second] = await heard.lines(2)
    expect(first).toMatchObject({ serviceId: 'svc_a', deploymentId: 'dep_a', replica: '1', method: 'POST', path: '/orders/4711', route: '/orders/{id}', status: 201, outcome: 'answered', bytesIn: 50_000, bytesOut: 70_000, client: '127.0.0.1', requestId: 'mine' })
    expect(Math.abs(Date.now() - first!.at)).toBeLessThan(60_000)
    expect(first!.firstByteMs).toBeLessThanOrEqual(first!.durationMs)
    expect(second).toMatchObject({ path: '/missing', route: 'other', status: 404, bytesIn: 0 })
    expect(JSON.stringify(first)).not.toContain('secret')
    const post = heard.counts().find(({ method }) => method === 'POST')!
    expect(post).toMatchObject({ serviceId: 'svc_a', deploymentId: 'dep_a', route: '/orders/{id}', status: '2xx', requests: 1, errors: 0, bytesIn: 50_000, bytesOut: 70_000 })
    expect(Object.values(addLatencies(heard.counts().map(({ latency }) => latency))).reduce((sum, n) => sum + n, 0)).toBe(2)
  })

  test('requests that met no deployment, connections of another protocol, and clients that left are told apart', async () => {
    const stage = await begin(start)
    const came = moment()
    const gone = await workload(() => {}, 'dep_gone')
    await new Promise((resolve) => gone.server.close(resolve))
    const silent = await workload(() => came.let(), 'dep_silent')
    const chat = await chatter('chat', 'dep_chat')
    const half = await workload((request, response) => void response.writeHead(200, { 'content-length': '10' }).write('half', () => request.socket.destroy()), 'dep_half')
    const of = (name: string) => ({ serviceId: `svc_${name}`, hosts: [`${name}.localhost`] })
    await stage.publish(
      route({ ...of('stopped'), unavailable: 'stopped' }),
      route({ ...of('gone'), targets: [gone.target] }),
      route({ ...of('silent'), targets: [silent.target] }),
      route({ ...of('held'), hold: { reason: 'sleeping', forMs: 60_000 } }),
      route({ ...of('chat'), targets: [chat.target] }),
      route({ ...of('half'), targets: [half.target] }),
    )
    await ask(stage.port, { host: 'stopped.localhost' })
    await ask(stage.port, { host: 'gone.localhost' })
    await ask(stage.port, { host: 'nobody.localhost' })
    await ask(stage.port, { host: 'half.localhost' }).catch(() => {})
    const waiting = sent(stage.port, { host: 'silent.localhost' })
    waiting.request.end()
    await came.come
    waiting.request.destroy()
    const held = sent(stage.port, { host: 'held.localhost' })
    held.request.end()
    await until(stage.traffic, ({ services }) => services['svc_held']!.held === 1)
    held.request.destroy()
    const socket = await upgraded(stage.port, 'chat.localhost').socket
    const echoed = moment<string>()
    socket.once('data', (chunk) => echoed.let(String(chunk)))
    socket.write('hello')
    expect(await echoed.come).toBe('chat: hello')
    socket.destroy()
    const heard = listener(stage)
    const lines = Object.fromEntries((await heard.lines(6)).map((line) => [line.serviceId, line]))
    expect(lines).toMatchObject({
      svc_stopped: { status: 503, outcome: 'page', deploymentId: null },
      svc_gone: { status: 502, outcome: 'page', deploymentId: 'dep_gone' },
      svc_half: { status: 200, outcome: 'broke_off', deploymentId: 'dep_half' },
      svc_silent: { status: 499, outcome: 'client_left', firstByteMs: null, deploymentId: 'dep_silent' },
      svc_held: { status: 499, outcome: 'client_left', firstByteMs: null, deploymentId: null },
      svc_chat: { status: 101, outcome: 'upgraded', bytesIn: 5, bytesOut: 11 },
    })
    const byService = Object.fromEntries(heard.counts().map((count) => [count.serviceId, count]))
    expect(byService).toMatchObject({
      svc_stopped: { status: '5xx', errors: 1, deploymentId: '' },
      svc_half: { status: '2xx', errors: 1 },
      svc_silent: { status: 'none', errors: 0, latency: {} },
      svc_chat: { status: '1xx', errors: 0, latency: {} },
    })
    expect(totalOf(heard.counts()).requests).toBe(6)
  })

  test('a portion is told again, the same, until it was stored; then what came since', async () => {
    const stage = await begin(start)
    const { target } = await workload((_, response) => void response.end('ok'))
    await stage.publish(route({ targets: [target] }))
    await ask(stage.port, { path: '/one' })
    const first = await until(() => stage.ingress.telemetry(null, never), ({ lines }) => lines.length === 1)
    await ask(stage.port, { path: '/two' })
    expect(await stage.ingress.telemetry(null, never)).toEqual(first)
    expect(await stage.ingress.telemetry({ epoch: 'another', seq: 99 }, never)).toEqual(first)
    const second = await until(() => stage.ingress.telemetry(first, never), ({ lines }) => lines.length === 1)
    expect(second).toMatchObject({ epoch: first.epoch, seq: first.seq + 1, lines: [{ path: '/two' }] })
    expect(await stage.ingress.telemetry(first, never)).toEqual(second)
    expect(await stage.ingress.telemetry(second, never)).toEqual({ epoch: first.epoch, seq: second.seq, counts: [], links: [], lines: [], dropped: [] })
  })

  test('another start is another epoch', async () => {
    const stage = await begin(start)
    const { epoch } = await stage.ingress.telemetry(null, never)
    const again = await stage.restart()
    afterwards(() => again.close())
    expect((await again.ingress.telemetry({ epoch, seq: 0 }, never)).epoch).not.toBe(epoch)
  })

  test('a service that wants no lines has none, and is counted all the same', async () => {
    const stage = await begin(start)
    const { target } = await workload((_, response) => void response.end('ok'))
    await stage.publish(route({ targets: [target], accessLines: false }), route({ serviceId: 'svc_b', hosts: ['b.localhost'], targets: [target] }))
    await ask(stage.port)
    await ask(stage.port, { host: 'b.localhost' })
    const heard = listener(stage)
    expect((await heard.lines(1)).map(({ serviceId }) => serviceId)).toEqual(['svc_b'])
    expect(heard.counts().map(({ serviceId }) => serviceId).sort()).toEqual(['svc_a', 'svc_b'])
  })

  test('what comes to a private port is told as coming from a service, though it may not be known from which', async () => {
    const stage = await begin(start)
    const { target } = await workload((_, response) => void response.end('ok'))
    const free = await workload(() => {})
    await new Promise((resolve) => free.server.close(resolve))
    await stage.publish(route({ privatePort: free.port, targets: [target] }))
    await ask(stage.port)
    await ask(free.port)
    const heard = listener(stage)
    await heard.lines(2)
    // This program is no service.
    expect(heard.links()).toMatchObject([{ from: '', to: 'svc_a', requests: 1, errors: 0 }])
    expect(totalOf(heard.counts()).requests).toBe(2)
  })

  test('hostile paths and methods are told, and cannot grow what is kept', async () => {
    const stage = await begin(start)
    const { target } = await workload(((request, response) => void response.end(request.url)) satisfies RequestListener)
    await stage.publish(route({ targets: [target] }))
    const paths = Array.from({ length: 150 }, (_, i) => `/${'abcdefghij'[i % 10]}${'klmnopqrst'[Math.floor(i / 10) % 10]}${i < 100 ? 'x' : 'y'}`)
    for (const path of paths) await ask(stage.port, { path })
    await raw(stage.port, `GET /${'a'.repeat(6_000)} HTTP/1.1\r\nHost: a.localhost\r\nConnection: close\r\n\r\n`)
    await raw(stage.port, 'PROPFIND /x HTTP/1.1\r\nHost: a.localhost\r\nConnection: close\r\n\r\n')
    const heard = listener(stage)
    const lines = await heard.lines(152)
    expect(Math.max(...lines.map(({ path }) => path.length))).toBeLessThanOrEqual(1_000)
    expect(new Set(heard.counts().map((count) => count.route)).size).toBe(101)
    expect(new Set(heard.counts().map(({ method }) => method))).toEqual(new Set(['GET', 'OTHER']))
    expect(totalOf(heard.counts()).requests).toBe(152)
  })
}
