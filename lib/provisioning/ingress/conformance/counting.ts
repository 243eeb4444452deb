import type { RequestListener } from 'node:http'
import { connect } from 'node:net'

import { expect, test } from 'vitest'

import { listener, totalOf } from './listener'
import { afterwards, ask, begin, chatter, moment, raw, route, sent, until, upgraded, workload, type Stage, type Start } from './stage'

const key = ({ host, port }: { host: string; port: number }) => `${host}:${port}`
const untilQuiet = (stage: Stage) => until(stage.traffic, ({ services, targets }) => Object.keys(targets).length === 0 && Object.values(services).every(({ open, held }) => open + held === 0))

/** What is counted, and that whatever has ended is no longer counted. */
export function counting(start: Start): void {
  test('answers are counted by deployment, and those that a client would call failed', async () => {
    const stage = await begin(start)
    const outcomes: Record<string, RequestListener> = {
      '/fine': (_, response) => void response.end('ok'),
      '/missing': (_, response) => void response.writeHead(404).end(),
      '/wrong': (_, response) => void response.writeHead(500).end(),
      '/broken': (request) => void request.socket.destroy(),
      '/half': (request, response) => void response.writeHead(200, { 'content-length': '10' }).write('half', () => request.socket.destroy()),
    }
    const { target } = await workload((request, response) => outcomes[request.url!]!(request, response))
    await stage.publish(route({ targets: [target] }))
    for (const path of Object.keys(outcomes)) await ask(stage.port, { method: 'POST', body: 'x', path }).catch(() => {})
    const counts = await listener(stage).until(5)
    expect(new Set(counts.map(({ deploymentId }) => deploymentId))).toEqual(new Set(['dep_a']))
    expect(totalOf(counts)).toEqual({ requests: 5, errors: 3 })
  })

  test('one refused connection is one failure; one that the next target makes good is none', async () => {
    const stage = await begin(start)
    const gone = await workload(() => {}, 'dep_gone')
    await new Promise((resolve) => gone.server.close(resolve))
    const { target } = await workload((_, response) => void response.end('ok'))
    await stage.publish(route({ targets: [gone.target] }))
    await ask(stage.port)
    const heard = listener(stage)
    const of = async (count: number, id: string) => totalOf((await heard.until(count)).filter(({ deploymentId }) => deploymentId === id))
    expect(await of(1, 'dep_gone')).toEqual({ requests: 1, errors: 1 })
    await stage.publish(route({ targets: [gone.target, target] }))
    for (let i = 0; i < 4; i++) expect((await ask(stage.port)).status).toBe(200)
    expect(await of(5, 'dep_a')).toEqual({ requests: 4, errors: 0 })
    expect(await of(5, 'dep_gone')).toEqual({ requests: 1, errors: 1 })
  })

  test('a client that leaves before the answer is counted neither as answered nor as failed', async () => {
    const stage = await begin(start)
    const came = moment()
    const { target } = await workload(() => came.let())
    await stage.publish(route({ targets: [target] }))
    const { request } = sent(stage.port)
    request.end()
    await came.come
    expect(await stage.traffic()).toMatchObject({ services: { svc_a: { open: 1, held: 0 } }, targets: { [key(target)]: 1 } })
    request.destroy()
    expect(await listener(stage).until(1)).toMatchObject([{ status: 'none', requests: 1, errors: 0 }])
  })

  test('a request is open at its target until the last byte of its answer, whatever the table says', async () => {
    const stage = await begin(start)
    const finish = moment()
    const slow = await workload((_, response) => {
      response.write('begun ')
      void finish.come.then(() => response.end('ended'))
    })
    const other = await workload((_, response) => void response.end('other'))
    await stage.publish(route({ targets: [slow.target] }))
    const download = sent(stage.port)
    download.request.end()
    await until(download.heard, (text) => text === 'begun ')
    await stage.publish(route({ targets: [other.target] }))
    expect((await ask(stage.port)).body).toBe('other')
    expect((await stage.traffic()).targets[key(slow.target)]).toBe(1)
    finish.let()
    expect(await download.ended).toBe('whole')
    expect(download.heard()).toBe('begun ended')
    await untilQuiet(stage)
  })

  test('bytes that a slow reader has yet to take keep its request open', async () => {
    const stage = await begin(start)
    const size = 64 << 20
    const { target } = await workload((_, response) => void response.end(Buffer.alloc(size)))
    await stage.publish(route({ targets: [target] }))
    const socket = connect(stage.port, '127.0.0.1', () => void socket.write('GET / HTTP/1.1\r\nHost: a.localhost\r\nConnection: close\r\n\r\n'))
    afterwards(() => void socket.destroy())
    const begun = moment()
    let heard = 0
    socket.on('data', (chunk) => {
      if (heard === 0) socket.pause()
      heard += chunk.length
      begun.let()
    })
    await begun.come
    expect((await stage.traffic()).targets[key(target)]).toBe(1)
    socket.resume()
    await new Promise((resolve) => socket.once('close', resolve))
    expect(heard).toBeGreaterThan(size)
    await untilQuiet(stage)
  })

  test('an upgraded connection is open until it is closed, and a refused upgrade is not', async () => {
    const stage = await begin(start)
    const former = await chatter('former')
    const next = await chatter('next')
    await stage.publish(route({ targets: [former.target] }))
    const socket = await upgraded(stage.port).socket
    await stage.publish(route({ targets: [next.target] }))
    expect(await stage.traffic()).toMatchObject({ services: { svc_a: { open: 1 } }, targets: { [key(former.target)]: 1 } })
    socket.destroy()
    await untilQuiet(stage)
    const plain = await workload((_, response) => void response.writeHead(503).end('not here'), 'dep_b')
    await stage.publish(route({ targets: [plain.target] }))
    await raw(stage.port, 'GET / HTTP/1.1\r\nHost: a.localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
    await untilQuiet(stage)
    const counts = await listener(stage).until(2)
    expect(totalOf(counts.filter(({ deploymentId }) => deploymentId === 'dep_a'))).toEqual({ requests: 1, errors: 0 })
    expect(totalOf(counts.filter(({ deploymentId }) => deploymentId === 'dep_b'))).toEqual({ requests: 1, errors: 1 })
  })

  test('the last arrival is told, also of requests that wait or find nothing; another start is another epoch', async () => {
    const stage = await begin(start)
    await stage.publish(route({ hold: { reason: 'sleeping', forMs: 60_000 } }), route({ serviceId: 'svc_b', hosts: ['b.localhost'], unavailable: 'stopped' }))
    expect((await stage.traffic()).services).toMatchObject({ svc_a: { lastAt: null, open: 0, held: 0 }, svc_b: { lastAt: null } })
    sent(stage.port).request.end()
    await ask(stage.port, { host: 'b.localhost' })
    const { services, epoch } = await until(stage.traffic, (now) => now.services['svc_a']!.held === 1)
    for (const id of ['svc_a', 'svc_b']) expect(Math.abs(Date.now() - Date.parse(services[id]!.lastAt!)), id).toBeLessThan(60_000)
    const again = await stage.restart()
    afterwards(() => again.close())
    expect((await again.ingress.traffic(new AbortController().signal)).epoch).not.toBe(epoch)
  })

  test('nothing stays counted after 200 clients that leave at any moment', async () => {
    const stage = await begin(start)
    const one = await unreliable('one')
    const two = await unreliable('two')
    const tables = [route({ targets: [one.target] }), route({ targets: [two.target, one.target] }), route({ hold: { reason: 'sleeping', forMs: 40 } }), route({ hold: { reason: 'replacing', forMs: 60_000 } }), route({ unavailable: 'stopped' })]
    await stage.publish(tables[0]!)
    const seed = Date.now() % 100_000
    const random = dice(seed)
    for (let i = 0; i < 200; i++) {
      void visit(stage.port, random)
      if (i % 5 === 0) await stage.publish(tables[random(tables.length)]!)
    }
    await stage.publish(tables[1]!)
    await untilQuiet(stage)
    for (const { requests, errors, latency } of await listener(stage).until(1)) {
      expect(errors, `seed ${seed}`).toBeLessThanOrEqual(requests)
      expect(Object.values(latency).reduce((sum, count) => sum + count, 0), `seed ${seed}`).toBeLessThanOrEqual(requests)
    }
    expect((await ask(stage.port, { path: '/fine' })).status).toBe(200)
  })
}

/** A workload that does what the path says, and most of it badly. */
async function unreliable(name: string) {
  const made = await chatter(name)
  made.server.removeAllListeners('request')
  made.server.on('request', ((request, response) => {
    request.on('error', () => {}).resume()
    if (request.url === '/fine') response.end('x'.repeat(100_000))
    if (request.url === '/late') request.once('end', () => setTimeout(() => response.end('late'), 20))
    if (request.url === '/wrong') response.writeHead(500).end()
    if (request.url === '/broken') request.socket.destroy()
    if (request.url === '/half') response.writeHead(200, { 'content-length': '100' }).write('half', () => request.socket.destroy())
    if (request.url === '/stream') response.write('x'.repeat(100_000))
  }) satisfies RequestListener)
  return made
}

/** One connection that says something and leaves somehow, after a while or when it hears something. */
async function visit(port: number, random: (sides: number) => number): Promise<void> {
  const path = ['/fine', '/late', '/wrong', '/broken', '/half', '/stream'][random(6)]!
  const head = (method: string, more = '') => `${method} ${path} HTTP/1.1\r\nHost: a.localhost\r\n${more}\r\n`
  const text = [
    head('GET'),
    head('GET') + head('GET') + head('GET'),
    `${head('POST', 'Content-Length: 5\r\n')}hello`,
    `${head('PUT', 'Content-Length: 500000\r\n')}${'x'.repeat(random(500_000))}`,
    head('GET', 'Connection: Upgrade\r\nUpgrade: websocket\r\n'),
  ][random(5)]!
  const leave = (['end', 'destroy', 'resetAndDestroy'] as const)[random(3)]!
  const afterMs = random(60)
  const socket = connect(port, '127.0.0.1', () => void socket.write(text))
  socket.on('error', () => {}).on('data', () => {})
  afterwards(() => void socket.destroy())
  if (random(3) === 0) socket.once('data', () => socket[leave]())
  setTimeout(() => socket[leave](), afterMs)
  // One that ended politely and is never told anything goes away as well.
  setTimeout(() => socket.destroy(), 400)
}

/** Numbers below `sides` that are the same for the same seed (mulberry32). */
function dice(seed: number): (sides: number) => number {
  let state = seed
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides
  }
}
