import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer as createPlain, type AddressInfo, type Server } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { createServer } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'

import { makeImageStore } from '@/lib/provisioning/build/image/docker-image-store'
import type { DockerConnection } from '@/lib/provisioning/docker/connection'
import { engineApi, type EngineApi } from '@/lib/provisioning/docker/engine-api'
import { makeDockerSubject } from './docker-subject'
import { NODE_IMAGE, testConnection, testMark } from './engine'
import { freePort } from './registry'
import { canStartSecondEngine, startSecondEngine } from './second-engine'
import { until } from '../harness/until'

// The engine of this machine, reached as one of another machine is.

const never = new AbortController().signal
const HOST = '127.0.0.1'
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'transports-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const enginePath = () => (testConnection() as { path: string }).path
const file = (name: string) => readFileSync(join(folder, name), 'utf8')

function run(program: string, args: string[]): void {
  const { status, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`)
}

/** What every transport must carry: answers, streams, connections that are taken over, and bytes to the engine. */
async function carriesEverything(api: EngineApi): Promise<void> {
  const [one, two] = await Promise.all([api.json({ method: 'GET', path: '/info', signal: never }, z.object({ ID: z.string() })), api.json({ method: 'GET', path: '/info', signal: never }, z.object({ ID: z.string() }))])
  expect(one.ID).toBe(two.ID)
  await expect(api.json({ method: 'GET', path: '/containers/none-of-this-name/json', signal: never }, z.unknown())).rejects.toMatchObject({ code: 'not_found' })
  const t = await makeDockerSubject({ api, reach: { kind: 'published', bind: HOST, host: HOST } })
  try {
    const app = t.workload('works', { role: 'job', part: 'run_1', port: null, health: null })
    await t.driver.apply(app, never)
    const terminal = await t.driver.terminal!(app, { argv: ['sh'], columns: 80, rows: 24 }, never)
    let shown = ''
    terminal.output.on('data', (chunk: Buffer) => (shown += chunk.toString()))
    terminal.input.write('echo $((6 * 7)); exit 3\n')
    expect(await terminal.ended).toBe(3)
    await expect.poll(() => shown, { timeout: 10_000 }).toContain('42')
    await t.exit(app, 0)
    await expect.poll(async () => readFileSync((await t.driver.logFiles(never))[0]!.path, 'utf8'), { timeout: 10_000 }).toBe('up\n')
    const saved = await api.stream({ method: 'GET', path: `/images/${NODE_IMAGE}/get`, signal: never })
    await once(saved, 'data')
    saved.destroy()
  } finally {
    await t.dispose()
  }
}

/** An image is made there, out of files that are here, with a secret that does not stay. */
async function makesAnImage(connection: DockerConnection): Promise<void> {
  const api = engineApi(connection)
  const store = makeImageStore(connection, api)
  const tag = `easel/${testMark()}:made`
  const context = mkdtempSync(join(folder, 'context-'))
  writeFileSync(join(context, 'word'), tag)
  try {
    const dockerfile = `FROM ${NODE_IMAGE}\nCOPY word /word\nRUN --mount=type=secret,id=KEY test "$(cat /run/secrets/KEY)" = hidden\nEXPOSE 9300\n`
    const made = await store.build({ context, dockerfile, ignore: '', workFolder: join(context, '..', 'work'), stage: null, args: {}, secrets: { KEY: 'hidden' }, auths: [], labels: {}, tags: [tag], onLine: () => undefined, timeoutMs: 100_000 }, never)
    expect(made.ports).toEqual([9300])
    expect((await store.inspect(tag, never))?.id).toBe(made.id)
  } finally {
    await store.remove(tag, never)
    api.close()
  }
}

describe.skipIf(!canStartSecondEngine)('TLS', () => {
  let server: Server
  let port: number
  const connection = (fields: Partial<{ ca: string; certificate: string; key: string; host: string }> = {}): DockerConnection => {
    const { host = HOST, ...tls } = fields
    return { kind: 'tcp', host, port, tls: { ca: file('ca.crt'), certificate: file('client.crt'), key: file('client.key'), ...tls } }
  }
  const makeCertificate = (name: string, authority: string) => {
    writeFileSync(join(folder, 'names'), `subjectAltName = IP:${HOST}\n`)
    run('openssl', ['req', '-newkey', 'rsa:2048', '-nodes', '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`])
    run('openssl', ['x509', '-req', '-in', `${name}.csr`, '-CA', `${authority}.crt`, '-CAkey', `${authority}.key`, '-CAcreateserial', '-days', '2', '-extfile', 'names', '-out', `${name}.crt`])
  }
  beforeAll(async () => {
    for (const authority of ['ca', 'other']) run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', `/CN=${authority}`, '-days', '2', '-keyout', `${authority}.key`, '-out', `${authority}.crt`])
    makeCertificate('server', 'ca')
    makeCertificate('client', 'ca')
    makeCertificate('stranger', 'other')
    server = createServer({ ca: file('ca.crt'), cert: file('server.crt'), key: file('server.key'), requestCert: true, rejectUnauthorized: true }, (socket) => {
      const engine = connect({ path: enginePath(), allowHalfOpen: true })
      socket.pipe(engine).pipe(socket)
      for (const each of [socket, engine]) each.on('error', () => each.destroy())
      socket.once('close', () => engine.destroy())
      engine.once('close', () => socket.destroy())
    })
    await new Promise<void>((resolve) => server.listen(0, HOST, resolve))
    port = (server.address() as AddressInfo).port
  })
  afterAll(() => void server.close())

  test('carries everything', async () => {
    const api = engineApi(connection())
    await carriesEverything(api)
    api.close()
  })

  test('makes images', () => makesAnImage(connection()))

  test.each([
    ['of another authority for it', () => connection({ ca: file('other.crt') }), /is not from the authority that was given/],
    ['for another name', () => connection({ host: 'localhost' }), /is for another name/],
  ])('with a certificate %s says so', async (_, make, message) => {
    const api = engineApi(make())
    await expect(api.version(never)).rejects.toMatchObject({ code: 'unavailable', message: expect.stringMatching(message) })
    api.close()
  })

  test('with an engine that listens with it works, and says so when that refuses our certificate', async () => {
    const tlsPort = await freePort()
    const engine = await startSecondEngine({ empty: true, options: ['-H', `tcp://${HOST}:${tlsPort}`, '--tlsverify', '--tlscacert', join(folder, 'ca.crt'), '--tlscert', join(folder, 'server.crt'), '--tlskey', join(folder, 'server.key')] })
    try {
      const [known, stranger] = [engineApi({ ...connection(), port: tlsPort } as DockerConnection), engineApi({ ...connection({ certificate: file('stranger.crt'), key: file('stranger.key') }), port: tlsPort } as DockerConnection)]
      expect(await known.version(never)).toMatchObject({ os: 'linux' })
      await expect(stranger.version(never)).rejects.toMatchObject({ code: 'unavailable', message: expect.stringMatching(/refused our certificate/) })
      for (const each of [known, stranger]) each.close()
    } finally {
      await engine.dispose()
    }
  })

  test('with a port that does not speak it says so', async () => {
    const plain = createPlain((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    await new Promise<void>((resolve) => plain.listen(0, HOST, resolve))
    const api = engineApi({ ...connection(), port: (plain.address() as AddressInfo).port } as DockerConnection)
    await expect(api.version(never)).rejects.toMatchObject({ code: 'unavailable', message: expect.stringMatching(/TLS with the Docker engine/) })
    api.close()
    plain.close()
  })
})

const SSHD = '/usr/sbin/sshd'

// It takes a server for SSH that may be started: `openssh-server` of Debian, as root.
describe.skipIf(!existsSync(SSHD) || process.getuid?.() !== 0)('SSH', () => {
  let sshd: ChildProcess
  let port: number
  const { username } = userInfo()
  const hostKey = () => `${HOST} ${file('host.pub').trim()}`
  const connection = (fields: Partial<{ privateKey: string; hostKey: string | null; port: number }> = {}): DockerConnection => ({ kind: 'ssh', host: HOST, port, user: username, privateKey: file('user'), hostKey: hostKey(), ...fields })
  beforeAll(async () => {
    // Others on this machine have keys of their own lying about.
    vi.stubEnv('TMPDIR', folder)
    port = await freePort()
    for (const key of ['host', 'user', 'stranger']) run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key])
    writeFileSync(join(folder, 'authorized'), file('user.pub'), { mode: 0o600 })
    spawnSync('mkdir', ['-p', '/run/sshd'])
    const options = [`HostKey=${join(folder, 'host')}`, `AuthorizedKeysFile=${join(folder, 'authorized')}`, `ListenAddress=${HOST}`, `Port=${port}`, 'PidFile=none', 'StrictModes=no', 'UsePAM=no', 'PasswordAuthentication=no', 'PermitRootLogin=prohibit-password', 'MaxStartups=100', 'LogLevel=QUIET']
    sshd = spawn(SSHD, ['-D', '-f', '/dev/null', ...options.flatMap((option) => ['-o', option])], { stdio: 'ignore' })
    await until('sshd to listen', () => new Promise<boolean>((resolve) => {
      const socket = connect(port, HOST, () => resolve((socket.destroy(), true)))
      socket.once('error', () => resolve(false))
    }))
  })
  afterAll(() => {
    vi.unstubAllEnvs()
    sshd.kill()
  })

  test('carries everything, and leaves no key behind', async () => {
    const api = engineApi(connection())
    await carriesEverything(api)
    api.close()
    await expect.poll(() => readdirSync(folder).filter((name) => name.startsWith('easel-ssh-')), { timeout: 10_000 }).toEqual([])
  })

  test('makes images', () => makesAnImage(connection()))

  test.each([
    ['a key that is not known there', () => connection({ privateKey: file('stranger') }), /refused the SSH key/],
    ['a text that is no key', () => connection({ privateKey: 'nonsense' }), /refused the SSH key|cannot be read/],
    ['another host key than the expected one', () => connection({ hostKey: `${HOST} ${file('stranger.pub').trim()}` }), /is not the expected one/],
    ['a port where nobody listens', () => connection({ port: 1 }), /cannot be reached over SSH/],
  ])('with %s says so', async (_, make, message) => {
    const api = engineApi(make())
    await expect(api.version(never)).rejects.toMatchObject({ code: 'unavailable', message: expect.stringMatching(message) })
    api.close()
  })
})
