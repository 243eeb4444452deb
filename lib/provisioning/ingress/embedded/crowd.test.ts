import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, expect, test } from 'vitest'

import { log } from '../../../log'
import { afterwards, ask, cleanUp, never, route, site, workload } from '../conformance/stage'
import { embeddedIngress } from '../embedded-client'
import { startIngress } from './start-ingress'

// Clients that come and say nothing, or what they say a letter at a time. They are in a process of their own: each connection is an
// open file on either side.

afterEach(cleanUp)

const WANTED = 10_000
const SPARE = 1_500
const open = Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? 1_024)
const COUNT = Math.min(WANTED, open - SPARE)
if (COUNT < WANTED) process.stderr.write(`Only ${Math.max(0, COUNT)} of ${WANTED} idle connections are tried: the system allows ${open} open files.\n`)

/** Opens connections: some never end their bodies, half of the others never end their headers, and all of those go on a letter a second; the rest says nothing. */
const CLIENT = `
const { connect } = require('node:net')
const [port, count] = process.argv.slice(1).map(Number)
const words = ['', 'GET / HTTP/1.1\\r\\nHost: shop.example\\r\\nX-Slow: ', 'POST / HTTP/1.1\\r\\nHost: shop.example\\r\\nContent-Length: 1000000\\r\\n\\r\\n']
const sockets = []
let begun = 0
const next = () => {
  if (begun >= count) return
  const kind = begun < 200 ? 2 : begun % 2
  begun++
  const socket = connect(port, '127.0.0.1', () => {
    if (words[kind]) socket.write(words[kind])
    sockets.push(socket)
    socket.kind = kind
    if (sockets.length === count) console.log('all')
    next()
  })
  socket.on('error', (error) => console.log(error.code, kind))
}
for (let i = 0; i < 100; i++) next()
setInterval(() => sockets.forEach((socket) => socket.kind > 0 && socket.write('x')), 1000)
`

test.skipIf(COUNT < 100)('thousands who are idle or slow do not keep others from being answered', { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ingress-'))
  const running = await startIngress({ host: '127.0.0.1', port: 0, adminSocket: join(folder, 'admin.sock'), tableFile: join(folder, 'table.json'), log })
  // Bodies that never end are carried as they come, to a workload that has as many connections as it takes.
  const { target } = await workload((request, response) => void request.resume().once('end', () => response.end('here')))
  const { target: other } = await workload((_, response) => void response.end('there'))
  await embeddedIngress(join(folder, 'admin.sock')).publish({ version: 1, routes: [route({ hosts: [], targets: [target] }), route({ serviceId: 'svc_b', hosts: ['b.localhost'], targets: [other] })], sites: [site({})] }, never)
  const child = spawn(process.execPath, ['-e', CLIENT, String(running.port), String(COUNT)], { stdio: ['ignore', 'pipe', 'inherit'] })
  afterwards(async () => {
    child.kill('SIGKILL')
    await once(child, 'close')
    await running.close()
    rmSync(folder, { recursive: true, force: true })
  })
  expect(String(await once(child.stdout, 'data'))).toBe('all\n')
  for (let i = 0; i < 20; i++) expect((await ask(running.port, { host: 'b.localhost' })).body).toBe('there')
})
