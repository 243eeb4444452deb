import { fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'

import { build } from 'esbuild'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'

import { runTerminal } from '../../lib/cli/terminal'
import { authRegister } from '../../lib/contract/auth'
import { invitationCreate, memberUpdate } from '../../lib/contract/organization'
import { TerminalHears, UNSEEN_BYTES, terminalCreate, terminalPlaces } from '../../lib/contract/terminal'
import { serviceStop } from '../../lib/contract/service'
import { terminalForwarder, type TerminalForwarder } from '../../lib/http/forward-terminal'
import { log } from '../../lib/log'
import { listenTerminals, type TerminalOptions, type TerminalServer } from '../../lib/worker/terminals/listen'
import { engineForTest, type TestEngine } from '../harness/engine'
import type { SignedIn } from '../harness/platform'
import { until } from '../harness/until'

// Browser, web process and worker as they are, the first two in this process; the program inside is the fake runtime's.

let t: TestEngine
let directory: string
let worker: TerminalServer
let web: { server: Server; forwarder: TerminalForwarder; url: string }
let service: { id: string }
let deploymentId: string
let sockets: WebSocket[]

beforeEach(async () => {
  t = await engineForTest()
  directory = await mkdtemp(join(tmpdir(), 'easel-terminals-'))
  sockets = []
  service = await t.service('api')
  deploymentId = await t.deploy(service)
  await t.settle()
  await isOn('docker')
  worker = await serve()
  web = await startWeb(directory)
})
afterEach(async () => {
  for (const socket of sockets) socket.terminate()
  web.forwarder.cut()
  await new Promise((resolve) => web.server.close(resolve))
  await worker.close()
  await t.close()
  await rm(directory, { recursive: true, force: true })
})

/** The environment is on a target of this kind; what runs there is the fake runtime either way. */
const isOn = (kind: 'process' | 'docker') => t.database.sql`update targets set kind = ${kind}`
const serve = (options: Partial<TerminalOptions> = {}) =>
  listenTerminals({ directory, db: t.database.db, now: t.engine.now, driverOf: async () => t.engine.driver, log, ...options })

async function startWeb(folder: string): Promise<typeof web> {
  const forwarder = terminalForwarder({ directory: folder, publicUrl: 'https://easel.example.com' })
  const server = createServer((_, response) => void response.writeHead(404).end())
  server.on('upgrade', (request, socket, head) => void (forwarder.takes({ request, socket, head }) || socket.destroy()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, forwarder, url: `127.0.0.1:${(server.address() as AddressInfo).port}` }
}

const ask = (input: { part?: string; argv?: string[] } = {}) => t.call(terminalCreate, { serviceId: service.id, ...input }, { as: t.as })

type Screen = {
  socket: WebSocket
  text(): string
  bytes(): number
  said: TerminalHears[]
  closed: Promise<number>
  type(text: string): void
  say(what: object): void
  reads(words: string): Promise<unknown>
}

/** A browser that shows a ticket. `shows`: whether it tells what it has shown. */
async function connect(ticket: string | null, { origin, shows = true, size = { columns: 80, rows: 24 } }: { origin?: string; shows?: boolean; size?: { columns: number; rows: number } } = {}): Promise<Screen> {
  const socket = new WebSocket(`ws://${web.url}/terminal`, { headers: origin === undefined ? {} : { origin } })
  sockets.push(socket)
  let text = ''
  let bytes = 0
  const said: TerminalHears[] = []
  const say = (what: object) => socket.send(JSON.stringify(what))
  socket.on('message', (data: Buffer, isBinary) => {
    if (!isBinary) return void said.push(TerminalHears.parse(JSON.parse(data.toString())))
    bytes += data.length
    if (text.length < 100_000) text += data.toString()
    if (shows) say({ type: 'seen', bytes: data.length })
  })
  const closed = new Promise<number>((resolve) => socket.once('close', resolve))
  await new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject))
  socket.on('error', () => undefined)
  if (ticket !== null) say({ type: 'open', ticket, ...size })
  return {
    socket,
    text: () => text,
    bytes: () => bytes,
    said,
    closed,
    say,
    type: (typed) => socket.send(Buffer.from(typed)),
    reads: (words) => until(`"${words}" on the screen`, () => text.includes(words)),
  }
}

async function open(options: Parameters<typeof connect>[1] = {}): Promise<Screen> {
  const screen = await connect((await ask()).ticket, options)
  await screen.reads('$ ')
  return screen
}

const inside = () => t.runtime.terminals(deploymentId.replace('_', '-'))
const lastWords = async (screen: Screen) => {
  await screen.closed
  return screen.said.at(-1)
}

async function member(role: 'viewer' | 'developer'): Promise<SignedIn> {
  const email = `${role}@example.com`
  const { token } = await t.call(invitationCreate, { organizationId: t.organizationId, email, role }, { as: t.as })
  return t.call(authRegister, { email, password: 'correct horse', name: `A ${role}`, invitation: token })
}

describe('a ticket', () => {
  it('is given for what runs, and is written down as who opened what from where', async () => {
    const { ticket, path, place } = await ask({ argv: ['psql', '--password=hidden'] })
    expect({ path, place }).toMatchObject({ path: '/terminal', place: { part: '0', deploymentId, deploymentNumber: 1 } })
    const [event] = await t.database.sql`select * from events where type = 'terminal.created'`
    expect(event).toMatchObject({ actor_name: 'Olivia Owner', subject: 'api', service_id: service.id, deployment_id: deploymentId, data: { part: '0', deploymentNumber: 1, program: 'psql', from: '203.0.113.1' } })
    const stored = JSON.stringify(await t.database.sql`select * from terminal_tickets`)
    expect(stored).toContain(service.id)
    expect(stored).not.toContain(ticket)
  })

  it('opens one terminal, once', async () => {
    const { ticket } = await ask()
    const first = await connect(ticket)
    await first.reads('$ ')
    expect(await lastWords(await connect(ticket))).toMatchObject({ type: 'ended', message: expect.stringContaining('used already or has expired') })
    expect(inside()).toHaveLength(1)
  })

  it('shown to two workers at the same moment is taken by one', async () => {
    const second = await mkdtemp(join(tmpdir(), 'easel-terminals-'))
    const other = await serve({ directory: second })
    const otherWeb = await startWeb(second)
    try {
      const { ticket } = await ask()
      const here = await connect(null)
      const usual = web
      web = otherWeb
      const there = await connect(null)
      web = usual
      for (const screen of [here, there]) screen.say({ type: 'open', ticket, columns: 80, rows: 24 })
      const words = await Promise.all([here, there].map((screen) => until('an answer', () => screen.said[0] ?? null)))
      expect(words.map(({ type }) => type).sort()).toEqual(['ended', 'opened'])
      expect(inside()).toHaveLength(1)
    } finally {
      otherWeb.forwarder.cut()
      otherWeb.server.close()
      await other.close()
      await rm(second, { recursive: true, force: true })
    }
  })

  it('is worth nothing after half a minute', async () => {
    const { ticket } = await ask()
    t.clock.now = new Date(Date.now() + 31_000)
    expect(await lastWords(await connect(ticket))).toMatchObject({ type: 'ended', message: expect.stringContaining('expired') })
    expect(inside()).toHaveLength(0)
  })

  it('is refused to a viewer, and nobody of another organization learns of the service', async () => {
    const viewer = await member('viewer')
    await expect(t.call(terminalCreate, { serviceId: service.id }, { as: viewer })).rejects.toMatchObject({ code: 'forbidden', message: expect.stringContaining('terminal.open') })
    await t.database.sql`delete from members where user_id = ${viewer.user.id}`
    await expect(t.call(terminalCreate, { serviceId: service.id }, { as: viewer })).rejects.toMatchObject({ code: 'not_found' })
    expect(await t.call(terminalCreate, { serviceId: service.id }, { as: await member('developer') })).toMatchObject({ path: '/terminal' })
  })

  it('is refused with a sentence where there are no terminals, where nothing runs, and for a replica that is gone', async () => {
    await expect(ask({ part: '7' })).rejects.toMatchObject({ code: 'not_now', message: expect.stringContaining('does not run any more') })
    await t.call(serviceStop, { serviceId: service.id }, { as: t.as })
    await t.settle()
    await expect(ask()).rejects.toMatchObject({ code: 'not_now', message: expect.stringContaining('Nothing of this service runs') })
    await isOn('process')
    await expect(ask()).rejects.toMatchObject({ code: 'not_now', message: expect.stringContaining('It is possible on a Docker target') })
    expect(await t.call(terminalPlaces, { serviceId: service.id }, { as: t.as })).toMatchObject({ offered: false, places: [] })
  })
})

describe('a terminal', () => {
  it('carries keys and bytes, and follows the size', async () => {
    const screen = await open({ size: { columns: 100, rows: 30 } })
    screen.type('size\r')
    await screen.reads('100x30')
    screen.say({ type: 'resize', columns: 61, rows: 17 })
    screen.type('size\r')
    await screen.reads('61x17')
    screen.type('grüß dich\r')
    await screen.reads('You said: grüß dich')
  })

  it('ends with the code of its program', async () => {
    const screen = await open()
    screen.type('exit 3\r')
    expect(await lastWords(screen)).toEqual({ type: 'exit', code: 3 })
    expect(worker.count()).toBe(0)
  })

  it('ends its program when the browser goes, however it goes', async () => {
    const [politely, suddenly] = [await open(), await open()]
    politely.socket.close()
    suddenly.socket.terminate()
    await until('both programs to end', () => inside().every((terminal) => !terminal.isOpen()))
    await until('both to be forgotten', () => worker.count() === 0)
  })

  it('ends when its workload ends', async () => {
    const screen = await open()
    t.runtime.end(deploymentId.replace('_', '-'), 1)
    expect(await lastWords(screen)).toEqual({ type: 'exit', code: 137 })
  })

  it('ends with a sentence when the worker stops', async () => {
    const screen = await open()
    await worker.close()
    expect(await lastWords(screen)).toMatchObject({ type: 'ended', message: expect.stringContaining('restarted') })
    expect(inside().map((terminal) => terminal.isOpen())).toEqual([false])
  })

  it('ends with a sentence when nobody types', async () => {
    await worker.close()
    worker = await serve({ times: { idleMs: 300, pingMs: 60_000 } })
    expect(await lastWords(await open())).toMatchObject({ type: 'ended', message: expect.stringContaining('No key was pressed') })
    expect(inside()[0]!.isOpen()).toBe(false)
  })

  it('ends when the person may not be there any more', async () => {
    await worker.close()
    worker = await serve({ times: { idleMs: 60_000, pingMs: 50 } })
    const developer = await member('developer')
    const { ticket } = await t.call(terminalCreate, { serviceId: service.id }, { as: developer })
    const screen = await connect(ticket)
    await screen.reads('$ ')
    screen.type('still here\r')
    await screen.reads('You said: still here')
    await t.call(memberUpdate, { organizationId: t.organizationId, userId: developer.user.id, role: 'viewer' }, { as: t.as })
    expect(await lastWords(screen)).toMatchObject({ type: 'ended', message: expect.stringContaining('does not include terminals') })
  })

  it('is cut when no sign of life comes', async () => {
    await worker.close()
    worker = await serve({ times: { idleMs: 60_000, pingMs: 50 } })
    const screen = await open()
    // What nobody reads is not answered either.
    screen.socket.pause()
    await until('the program to end', () => !inside()[0]!.isOpen())
    expect(worker.count()).toBe(0)
  })

  it('is refused beyond the number that one person may have', async () => {
    await worker.close()
    worker = await serve({ most: { sessions: 5, ofOnePerson: 2 } })
    const first = await open()
    await open()
    expect(await lastWords(await connect((await ask()).ticket))).toMatchObject({ type: 'ended', message: expect.stringContaining('2 terminals open') })
    first.type('exit\r')
    await first.closed
    await open()
  })
})

describe('a flood', () => {
  it('stops when the browser does not show what came, and goes on when it does', async () => {
    const screen = await open({ shows: false })
    screen.say({ type: 'seen', bytes: screen.bytes() })
    const before = screen.bytes()
    screen.type(`flood ${50 * 1024 * 1024}\r`)
    await until('the window to be full', () => screen.bytes() - before >= UNSEEN_BYTES)
    // Everything that is on its way has arrived when the answer to a ping has.
    const ping = async () => {
      const answered = new Promise((resolve) => screen.socket.once('pong', resolve))
      screen.socket.ping()
      await answered
    }
    await ping()
    const standing = inside()[0]!.printed()
    await ping()
    expect(inside()[0]!.printed()).toBe(standing)
    expect(standing).toBeLessThan(2 * UNSEEN_BYTES)

    screen.socket.on('message', (data: Buffer, isBinary) => void (isBinary && screen.say({ type: 'seen', bytes: data.length })))
    screen.say({ type: 'seen', bytes: screen.bytes() - before })
    await until('all of it', () => screen.bytes() > 50 * 1024 * 1024)
  })

  it('of keys waits in the browser while the program takes none', async () => {
    await worker.close()
    worker = await serve({ times: { idleMs: 60_000, pingMs: 500 } })
    const screen = await open()
    screen.type('deaf\r')
    const block = Buffer.alloc(256 * 1024, 'k')
    for (let i = 0; i < 160; i++) screen.socket.send(block)
    await until('what was sent to stand still', () => screen.socket.bufferedAmount > 20 * 1024 * 1024 && inside()[0]!.input.writableLength >= 1024 * 1024)
    expect(inside()[0]!.input.writableLength).toBeLessThan(3 * 1024 * 1024)
    expect(await lastWords(screen)).toMatchObject({ type: 'ended', message: expect.stringContaining('takes nothing') })
    expect(inside()[0]!.isOpen()).toBe(false)
  })
})

describe('the way there', () => {
  it('is closed for pages of other sites, open for our own and for programs', async () => {
    const { ticket } = await ask()
    await expect(connect(ticket, { origin: 'https://evil.example' })).rejects.toThrow('403')
    const own = await connect(ticket, { origin: 'https://easel.example.com' })
    await own.reads('$ ')
    await (await connect((await ask()).ticket, { origin: `http://${web.url}` })).reads('$ ')
  })

  it('says so when no worker is there, and finds the next one by what a dead one left', async () => {
    const screen = await open()
    await worker.close()
    await screen.closed
    await expect(connect(null)).rejects.toThrow('503')
    worker = await serve()
    await open()
  })

  it('refuses whoever shows no ticket first', async () => {
    const rude = await connect(null)
    rude.type('ls\r')
    expect(await lastWords(rude)).toMatchObject({ type: 'ended', message: expect.stringContaining('ticket') })
    const wrong = await connect('easel_term_nonsense')
    expect(await lastWords(wrong)).toMatchObject({ type: 'ended', message: expect.stringContaining('used already or has expired') })
  })
})

it('a worker that is killed in the middle takes the connection with it, and another worker serves the next', async () => {
  await worker.close()
  const program = join(process.cwd(), 'dist', 'test', `terminal-worker-${process.pid}.mjs`)
  await build({ entryPoints: ['test/harness/terminal-worker.ts'], outfile: program, bundle: true, packages: 'external', platform: 'node', format: 'esm', target: 'node20', logLevel: 'warning' })
  const run = { name: deploymentId.replace('_', '-'), environmentId: t.environmentId, serviceId: service.id, deploymentId }
  const child = fork(program, [], { env: { ...process.env, DATABASE_URL: t.url, TERMINALS: directory, RUN: JSON.stringify(run) } })
  try {
    await new Promise<void>((resolve, reject) => child.once('message', () => resolve()).once('exit', (code) => reject(new Error(`The worker ended (${code}).`))))
    const screen = await open()
    expect(inside()).toHaveLength(0)
    child.kill('SIGKILL')
    expect(await screen.closed).toBe(1006)
    // Its socket file is still there, and nobody answers on it.
    worker = await serve()
    const next = await open()
    next.type('back\r')
    await next.reads('You said: back')
  } finally {
    child.kill('SIGKILL')
    await rm(program, { force: true })
  }
})

describe('the command line', () => {
  /** A person's terminal, as far as it matters. */
  function screen(isTTY: boolean) {
    const stdin = Object.assign(new PassThrough(), { isTTY, raw: [] as boolean[], setRawMode: (isRaw: boolean) => void stdin.raw.push(isRaw) })
    const stdout = Object.assign(new PassThrough(), { isTTY, columns: 91, rows: 17 })
    const told: string[] = []
    let text = ''
    stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
    return { stdin, stdout, told, tell: (words: string) => void told.push(words), reads: (words: string) => until(`"${words}" on the screen`, () => text.includes(words)), text: () => text }
  }
  const run = async (here: ReturnType<typeof screen>, ticket?: string) => runTerminal({ url: `http://${web.url}/terminal`, ticket: ticket ?? (await ask()).ticket }, here)

  it('carries keys and what is printed, follows the window, and ends with the code of the program', async () => {
    const here = screen(true)
    const ending = run(here)
    await here.reads('$ ')
    expect(here.stdin.raw).toEqual([true])
    here.stdin.write('size\r')
    await here.reads('91x17')
    Object.assign(here.stdout, { columns: 60, rows: 20 }).emit('resize')
    here.stdin.write('size\r')
    await here.reads('60x20')
    here.stdin.write('exit 7\r')
    expect(await ending).toBe(7)
    expect(here.stdin.raw).toEqual([true, false])
    expect(here.told).toEqual([])
  })

  it('leaves by its own key, without a word to the program, which is ended', async () => {
    const here = screen(true)
    const ending = run(here)
    await here.reads('$ ')
    here.stdin.write(Buffer.from([0x1d]))
    expect(await ending).toBe(1)
    expect(here.stdin.raw).toEqual([true, false])
    await until('the program to be ended', () => !inside()[0]!.isOpen())
  })

  it('types what is piped into it, and does not touch the mode of what is no terminal', async () => {
    const here = screen(false)
    const ending = run(here)
    await here.reads('$ ')
    here.stdin.end('exit 4\r')
    expect(await ending).toBe(4)
    expect(here.stdin.raw).toEqual([])
  })

  it('says why it was refused', async () => {
    const here = screen(true)
    expect(await run(here, 'guessed')).toBe(1)
    expect(here.told).toEqual([expect.stringMatching(/ticket/i)])
    await web.server.close()
    web.server.closeAllConnections()
    await expect(run(screen(true), 'any')).rejects.toMatchObject({ status: 0, message: expect.stringContaining('No terminal could be opened') })
  })
})
