import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { pino } from 'pino'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'

import { TerminalHears } from '@/lib/contract/terminal'
import type { Workload } from '@/lib/provisioning/runtime/driver'
import { runSession, type Session } from '@/lib/worker/terminals/session'

import { until } from '../harness/until'
import { makeDockerSubject, type DockerSubject } from './docker-subject'

// A browser's session with a real shell in a real container.

const never = new AbortController().signal
let subject: DockerSubject
let app: Workload
let server: Server
let sockets: WebSocketServer
const sessions: Session[] = []

beforeAll(async () => {
  subject = await makeDockerSubject()
  app = subject.workload('serves')
  await subject.driver.ensureNetwork(subject.environmentId, { linksOnly: false }, never)
  await subject.driver.apply(app, never)
  await until('the container to run', async () => (await subject.driver.observe(subject.environmentId, never)).some(({ name, phase }) => name === app.name && phase === 'running'))
  sockets = new WebSocketServer({ noServer: true })
  server = createServer()
  server.on('upgrade', (request, socket, head) =>
    sockets.handleUpgrade(request, socket, head, async (webSocket) => {
      const terminal = await subject.driver.terminal!(app, { argv: null, columns: 80, rows: 24 }, never)
      sessions.push(runSession(webSocket, terminal, { times: { idleMs: 60_000, pingMs: 20_000 }, mayStay: async () => true, log: pino({ level: 'silent' }) }))
    }),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  for (const session of sessions) session.end('The test is over.')
  for (const client of sockets.clients) client.terminate()
  server.close()
  await subject.dispose()
})

async function open() {
  const before = sessions.length
  const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
  let text = ''
  let bytes = 0
  const said: TerminalHears[] = []
  socket.on('message', (data: Buffer, isBinary) => {
    if (!isBinary) return void said.push(TerminalHears.parse(JSON.parse(data.toString())))
    bytes += data.length
    text = (text + data.toString()).slice(-10_000)
    socket.send(JSON.stringify({ type: 'seen', bytes: data.length }))
  })
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  await new Promise((resolve) => socket.once('open', resolve))
  await until('the session', () => sessions.length > before)
  return { socket, said, closed, bytes: () => bytes, type: (typed: string) => socket.send(Buffer.from(typed)), reads: (words: string) => until(`"${words}"`, () => text.includes(words)), say: (what: object) => socket.send(JSON.stringify(what)) }
}

/** Processes in the container whose command line has this word. */
const running = async (word: string) => (await subject.inside(app, ['node', '-e', `const fs = require('fs'); console.log(fs.readdirSync('/proc').filter((pid) => /^\\d+$/.test(pid) && pid !== String(process.pid)).filter((pid) => { try { return fs.readFileSync('/proc/' + pid + '/cmdline', 'utf8').includes(${JSON.stringify(word)}) } catch { return false } }).length)`])).last

it('is a shell that follows the size and ends with its code', async () => {
  const screen = await open()
  screen.type('echo a$((40+2))b\n')
  await screen.reads('a42b')
  screen.say({ type: 'resize', columns: 101, rows: 31 })
  screen.type('until [ "$(stty size)" = "31 101" ]; do sleep 0.1; done; echo fits-$((1+1))\n')
  await screen.reads('fits-2')
  screen.type('exit 7\n')
  await screen.closed
  expect(screen.said).toEqual([{ type: 'exit', code: 7 }])
})

it('carries a flood to its end', async () => {
  const screen = await open()
  screen.type('head -c 30000000 /dev/zero | tr "\\0" x; echo; echo done-$((1+1))\n')
  await screen.reads('done-2')
  expect(screen.bytes()).toBeGreaterThan(30_000_000)
  screen.socket.close()
})

it.each(['close', 'terminate'] as const)('leaves nothing behind when the browser goes (%s)', async (how) => {
  const screen = await open()
  const word = `7${how.length}31`
  screen.type(`sleep ${word} & sleep ${word}\n`)
  await until('both to run', async () => (await running(`sleep\0${word}`)) === '2')
  screen.socket[how]()
  await until('both to end', async () => (await running(`sleep\0${word}`)) === '0')
})
