import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request as askTls } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, expect, test } from 'vitest'

import { log } from '../../../log'
import { certificate } from '../conformance/certificate'
import { afterwards, ask, cleanUp, never, route, site, until, workload } from '../conformance/stage'
import { embeddedIngress } from '../embedded-client'
import { startIngress } from './start-ingress'

// Clients that come and say nothing, or what they say a letter at a time, or hear nothing. They are in a process of their own: each
// connection is an open file on either side.

afterEach(cleanUp)

const WANTED = 10_000
const SPARE = 1_500
const open = Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? 1_024)
const COUNT = Math.min(WANTED, open - SPARE)
if (COUNT < WANTED) process.stderr.write(`Only ${Math.max(0, COUNT)} of ${WANTED} idle connections are tried: the system allows ${open} open files.\n`)
const PATIENCE = { timeout: 240_000 }
/** What one connection may cost, with those of its client and of the workload where it has one: of TLS some 40 KB, of a slow reader what its buffers hold. */
const MOST_BYTES_EACH = 300_000

/**
 * Connections, `count` at the end, of kinds in turn. Each kind says its words and then, where it is slow, a letter a second. `secure`
 * shakes hands first; `hello` begins to shake hands and never goes on; `deaf` never reads.
 */
const CLIENT = `
const net = require('node:net'), tls = require('node:tls')
const [port, count, kinds] = [Number(process.argv[1]), Number(process.argv[2]), JSON.parse(process.argv[3])]
const slow = []
let begun = 0, ready = 0
const next = () => {
  if (begun >= count) return
  const kind = kinds[begun++ % kinds.length]
  let isReady = false
  const go = () => {
    if (isReady) return
    isReady = true
    if (++ready === count) console.log('all')
    next()
  }
  const socket = kind.secure ? tls.connect({ host: '127.0.0.1', port, servername: 'shop.example', rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] }) : net.connect(port, '127.0.0.1')
  socket.once(kind.secure ? 'secureConnect' : 'connect', () => {
    if (kind.deaf) socket.pause()
    if (kind.hello) socket.write(Buffer.from('1603010200010001fc0303', 'hex'))
    if (kind.words) socket.write(kind.words)
    if (kind.slow) slow.push(socket)
    go()
  })
  socket.on('error', go).on('close', go)
}
for (let i = 0; i < 50; i++) next()
setInterval(() => slow.forEach((socket) => socket.write('x')), 1000)
`
type Kind = { secure?: boolean; hello?: boolean; deaf?: boolean; slow?: boolean; words?: string }
const HEAD = 'GET / HTTP/1.1\r\nHost: shop.example\r\nX-Slow: '
const BODY = 'POST / HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 1000000\r\n\r\n'

async function running() {
  const folder = mkdtempSync(join(tmpdir(), 'ingress-'))
  const adminSocket = join(folder, 'admin.sock')
  const ingress = await startIngress({ host: '127.0.0.1', port: 0, adminSocket, tableFile: join(folder, 'table.json'), log, https: { port: 0, certificatesFile: join(folder, 'certificates.json'), seal: null } })
  afterwards(async () => {
    await ingress.close()
    rmSync(folder, { recursive: true, force: true })
  })
  // Bodies that never end are carried as they come, to a workload that has as many connections as it takes.
  const { target } = await workload((request, response) => void request.resume().once('end', () => (request.url === '/endless' ? flood(response) : response.end('here'))))
  const { target: other } = await workload((_, response) => void response.end('there'))
  const client = embeddedIngress(adminSocket)
  await client.publishCertificates([certificate('cert_a', ['shop.example', 'there.example'])], never)
  const sites = [site({ certificateId: 'cert_a' }), site({ domainId: 'dom_b', host: 'there.example', certificateId: 'cert_a', paths: [{ serviceId: 'svc_b' }] })]
  await client.publish({ version: 1, routes: [route({ hosts: [], targets: [target] }), route({ serviceId: 'svc_b', hosts: ['b.localhost'], targets: [other] })], sites }, never)
  return { port: ingress.port, httpsPort: ingress.httpsPort!, traffic: () => client.traffic(never) }
}

/** Sends for ever, as fast as it is taken. */
function flood(response: NodeJS.WritableStream): void {
  const piece = Buffer.alloc(64 * 1024)
  const more = () => {
    while (response.write(piece));
  }
  response.on('drain', more)
  more()
}

/** So many clients of these kinds; resolves when all of them have come. */
async function crowd(port: number, count: number, kinds: Kind[]): Promise<void> {
  const child = spawn(process.execPath, ['-e', CLIENT, String(port), String(count), JSON.stringify(kinds)], { stdio: ['ignore', 'pipe', 'inherit'] })
  afterwards(async () => {
    child.kill('SIGKILL')
    await once(child, 'close')
  })
  expect(String(await once(child.stdout, 'data'))).toBe('all\n')
}

function askSecurely(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = askTls({ host: '127.0.0.1', port, servername: 'there.example', headers: { host: 'there.example' }, rejectUnauthorized: false, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk)).once('end', () => resolve(text))
    })
    asked.once('error', reject).end()
  })
}

test.skipIf(COUNT < 100)('thousands who are idle or slow do not keep others from being answered', PATIENCE, async () => {
  const { port, httpsPort } = await running()
  await crowd(port, COUNT, [{}, { words: HEAD, slow: true }])
  await crowd(port, 200, [{ words: BODY, slow: true }])
  for (let i = 0; i < 20; i++) expect((await ask(port, { host: 'b.localhost' })).body).toBe('there')
  for (let i = 0; i < 5; i++) expect(await askSecurely(httpsPort)).toBe('there')
})

test.skipIf(COUNT < 100)('nor do thousands over TLS, whether they shake hands or never finish to, and what each costs is bounded', PATIENCE, async () => {
  const { port, httpsPort } = await running()
  const before = process.memoryUsage().rss
  await crowd(httpsPort, COUNT, [{}, { secure: true }, { hello: true }, { secure: true, words: HEAD, slow: true }])
  await crowd(httpsPort, 100, [{ secure: true, words: BODY, slow: true }])
  for (let i = 0; i < 20; i++) expect((await ask(port, { host: 'b.localhost' })).body).toBe('there')
  for (let i = 0; i < 5; i++) expect(await askSecurely(httpsPort)).toBe('there')
  expect((process.memoryUsage().rss - before) / COUNT).toBeLessThan(MOST_BYTES_EACH)
})

test('a flood of handshakes does not keep others from being answered', PATIENCE, async () => {
  const { port, httpsPort } = await running()
  const hands = spawn(process.execPath, ['-e', `
const tls = require('node:tls')
let count = 0
const shake = () => {
  const socket = tls.connect({ host: '127.0.0.1', port: ${httpsPort}, servername: 'shop.example', rejectUnauthorized: false }, () => {
    if (++count === 200) console.log('all')
    socket.destroy()
  })
  socket.on('error', () => {}).once('close', shake)
}
for (let i = 0; i < 200; i++) shake()
`], { stdio: ['ignore', 'pipe', 'inherit'] })
  afterwards(async () => {
    hands.kill('SIGKILL')
    await once(hands, 'close')
  })
  await once(hands.stdout, 'data')
  for (let i = 0; i < 50; i++) expect((await ask(port, { host: 'b.localhost' })).body).toBe('there')
  for (let i = 0; i < 5; i++) expect(await askSecurely(httpsPort)).toBe('there')
})

test('answers that nobody reads are not read from their workload either, plain and over TLS', PATIENCE, async () => {
  const { port, httpsPort, traffic } = await running()
  const words = 'GET /endless HTTP/1.1\r\nHost: shop.example\r\n\r\n'
  const each = 50
  const before = process.memoryUsage().rss
  await crowd(port, each, [{ words, deaf: true }])
  await crowd(httpsPort, each, [{ secure: true, words, deaf: true }])
  await until(traffic, ({ services }) => services['svc_a']!.open === 2 * each)
  for (let i = 0; i < 20; i++) expect((await ask(port, { host: 'b.localhost' })).body).toBe('there')
  for (let i = 0; i < 5; i++) expect(await askSecurely(httpsPort)).toBe('there')
  // The workload is in this process too, with a buffer of its own for each.
  expect((process.memoryUsage().rss - before) / (2 * each)).toBeLessThan(5 * MOST_BYTES_EACH)
})
