import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { request as requestHttp } from 'node:http'
import { get as getHttps } from 'node:https'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'

import { deploymentCreate, deploymentGet } from '../../lib/contract/deployment'
import { domainCheck, domainCreate, domainGet, domainUpdate, type DomainView } from '../../lib/contract/domain'
import { serviceCreate } from '../../lib/contract/service'
import type { Lane } from '../fault/lane'
import { caddyProblem, startCaddy, type RunningCaddy } from '../harness/caddy'
import { startNameServer, type NameServer } from '../harness/name-server'
import { startPebble, type TestPebble } from '../harness/pebble'
import { platformOn, type TestPlatform } from '../harness/platform'
import { lastLines, PROGRAMS, startProgram } from '../harness/programs'
import { until } from '../harness/until'
import { server, writeApp } from './apps'

// An instance as it serves host names: worker and ingress as programs of their own, PostgreSQL behind a door that can be shut, a real
// authority with its DNS, and in front of that DNS a name server that can also say what no good one says.

/**
 * What carries host names. `problem`: why it cannot run here, null where it can; `isThorough`: whether what goes wrong without its having a part in it is tried there too.
 * `begin`: starts what stands before our ingress; `variables` are those by which worker and ingress know of it.
 */
export type IngressKind = { name: string; problem: string | null; isThorough: boolean; begin(ports: { door: number; admin: number }): Promise<Before> }
type Before = { variables: Record<string, string>; caddy: RunningCaddy | null }

const NOTHING: Before = { variables: {}, caddy: null }

export const INGRESSES: readonly IngressKind[] = [
  { name: 'embedded', problem: null, isThorough: true, begin: async () => NOTHING },
  { name: 'behind Caddy', problem: caddyProblem, isThorough: false, begin: (ports) => caddyBefore(ports, 'easel') },
]

/** The one that has Caddy obtain certificates. */
export const CADDY_ASKS: IngressKind = { name: 'Caddy that obtains certificates', problem: caddyProblem, isThorough: false, begin: (ports) => caddyBefore(ports, 'caddy') }

async function caddyBefore({ door, admin }: { door: number; admin: number }, certificates: 'easel' | 'caddy'): Promise<Before> {
  const caddy = await startCaddy({ port: admin })
  return { variables: { EASEL_CADDY_ADMIN: caddy.admin, EASEL_CADDY_DOOR_PORT: String(door), EASEL_CADDY_CERTIFICATES: certificates }, caddy }
}

export type Shown = { status: number; text: string; location: string | undefined; /** SHA-256 of the certificate, as the platform writes it; null for plain HTTP. */ fingerprint: string | null; protocol: string | null }

export type DomainScene = Pick<TestPlatform, 'call' | 'database'> & {
  lane: Lane
  pebble: TestPebble
  names: NameServer
  serviceId: string
  ports: { http: number; https: number }
  /** What stands before the ingress; null for nothing. */
  caddy: RunningCaddy | null
  /** Whether PostgreSQL can be reached by worker and ingress. */
  door: { shut(): void; open(): void }
  add(hostname: string): Promise<DomainView>
  get(id: string): Promise<DomainView>
  /** Asks for a look, and waits until what it finds is like this. */
  finds(id: string, what: string, isLike: (view: DomainView) => boolean): Promise<DomainView>
  /** Makes the records that are asked for, at the DNS server of the authority. */
  makeRecords(view: DomainView): Promise<void>
  /** A name with its records made, waited for until it is served with a certificate. */
  served(hostname: string): Promise<DomainView>
  visit(host: string, options?: { path?: string; isSecure?: boolean; /** Authorities that are believed as well, as PEM. */ trusting?: string }): Promise<Shown>
  killWorker(): Promise<void>
  startWorker(variables?: Record<string, string>): Promise<void>
  workerIsAlive(): boolean
  killIngress(): Promise<void>
  startIngress(): Promise<void>
  log(): string
  close(): Promise<void>
}

export type DomainSceneOptions = { validityS?: number; worker?: Record<string, string> }

const LOG_LINES = 80
const CADDY_OUTPUT = 8_000
const LIMIT_MS = 90_000
const PROGRESSING = ['queued', 'building', 'releasing']

export async function openDomainScene(lane: Lane, ingressKind: IngressKind, { validityS = 3_600, worker: workerVariables = {} }: DomainSceneOptions = {}): Promise<DomainScene> {
  const folder = await mkdtemp(join(tmpdir(), 'easel-n-'))
  const dataDir = join(folder, 'data')
  const logFile = join(folder, 'programs.log')
  // Below those that the system gives to any connection: the ingress is ended and started again, and must find them free.
  const { first, last, giveBack } = lane.takePorts()
  const [http, https] = [first, first + 1]
  const pebble = await startPebble({ httpPort: http, tlsPort: https, validityS })
  await pebble.tellDns('set-default-ipv4', { ip: '' })
  const names = await startNameServer({ upstream: pebble.dns })
  const { url, drop } = await lane.cluster.createDatabase()
  const door = await openDoor(url)
  const before = await ingressKind.begin({ door: first + 2, admin: first + 3 })
  const settings = {
    EASEL_DATA_DIR: dataDir,
    EASEL_WORKLOAD_PORTS: `${first + 4}-${last}`,
    EASEL_LOCAL_SOURCES: 'true',
    EASEL_INGRESS_PORT: String(http),
    EASEL_INGRESS_HTTPS_PORT: String(https),
    EASEL_INGRESS_ADDRESSES: '127.0.0.1',
    EASEL_DNS_RESOLVERS: names.address,
    EASEL_ACME_DIRECTORY: pebble.directory,
    EASEL_ACME_CA_FILE: pebble.caFile,
    ...before.variables,
  }
  const t = platformOn({ url, drop, encryptionKey: lane.encryptionKey }, settings)
  // Time passes here as it does for the programs.
  Object.defineProperty(t.clock, 'now', { get: () => new Date() })
  const { as } = lane
  const env = { ...settings, EASEL_ENCRYPTION_KEY: lane.encryptionKey, DATABASE_URL: door.url }
  const startIngress = async () => {
    const program = startProgram({ file: join(PROGRAMS, 'ingress.mjs'), env: { ...env, EASEL_PROCESS: 'ingress' }, logFile })
    await program.ready
    return program
  }
  let ingress = await startIngress()
  const startWorker = async (more: Record<string, string>) => {
    const program = startProgram({ file: join(PROGRAMS, 'worker.mjs'), env: { ...env, EASEL_PROCESS: 'worker', ...workerVariables, ...more }, logFile })
    await program.ready
    return program
  }
  let worker = await startWorker({})
  const app = join(folder, 'shop')
  writeApp(app, { 'server.js': server('the shop') })
  const { id: serviceId } = await t.call(serviceCreate, { environmentId: lane.environmentId, name: 'shop', source: { type: 'local', path: app } }, { as })
  const { id: deploymentId } = await t.call(deploymentCreate, { serviceId }, { as })
  await until('the service to run', async () => {
    const { status, failure } = await t.call(deploymentGet, { deploymentId }, { as })
    if (status !== 'active' && !PROGRESSING.includes(status)) throw new Error(`The service is ${status}: ${failure?.message}`)
    return status === 'active'
  }, LIMIT_MS)

  const get = (domainId: string) => t.call(domainGet, { domainId }, { as })
  const scene: DomainScene = {
    lane,
    call: t.call,
    database: t.database,
    pebble,
    names,
    serviceId,
    ports: { http, https },
    caddy: before.caddy,
    door,
    async add(hostname) {
      const { id } = await t.call(domainCreate, { serviceId, hostname }, { as })
      // Each case looks at its own name, not at the primary one.
      return t.call(domainUpdate, { domainId: id, redirectsToPrimary: false }, { as })
    },
    get,
    async finds(id, what, isLike) {
      let view = await t.call(domainCheck, { domainId: id }, { as })
      return until(`${what}; the last look found ${view.state}, ${view.reason}: ${view.message}`, async () => {
        view = await get(id)
        return isLike(view) && view
      }, LIMIT_MS).catch((error: Error) => {
        throw new Error(`${error.message} At last: ${view.state}, ${view.reason}: ${view.message}\n${JSON.stringify(view.checks)}\n${lastLines(logFile, 20)}`)
      })
    },
    async makeRecords({ records }) {
      for (const { type, name, value } of records) {
        if (type === 'TXT') await pebble.tellDns('set-txt', { host: `${name}.`, value })
        else await pebble.tellDns('add-a', { host: `${name}.`, addresses: [value] })
      }
    },
    async served(hostname) {
      const view = await scene.add(hostname)
      await scene.makeRecords(view)
      return scene.finds(view.id, `${hostname} to be served with a certificate`, ({ state, certificates }) => state === 'active' && certificates.some(({ isServed }) => isServed))
    },
    visit: (host, { path = '/', isSecure = true, trusting = '' } = {}) => visit({ host, path, ca: isSecure ? pebble.root().then((root) => `${root}\n${trusting}`) : null, port: isSecure ? https : http }),
    killWorker: () => worker.kill(),
    async startWorker(variables = {}) {
      worker = await startWorker(variables)
    },
    workerIsAlive: () => worker.isAlive(),
    killIngress: () => ingress.kill(),
    async startIngress() {
      ingress = await startIngress()
    },
    log: () => `${lastLines(logFile, LOG_LINES)}\n${before.caddy?.output().slice(-CADDY_OUTPUT) ?? ''}`,
    async close() {
      await worker.stop()
      await ingress.stop()
      await before.caddy?.stop()
      await door.close()
      await t.close()
      await Promise.all([names.close(), pebble.stop()])
      giveBack()
      await rm(folder, { recursive: true, force: true })
    },
  }
  return scene
}

/** The address of a database by way of a door, which cuts everything when it is shut. */
async function openDoor(url: string): Promise<{ url: string; shut(): void; open(): void; close(): Promise<void> }> {
  const { hostname, port } = new URL(url)
  const open = new Set<Socket>()
  let isOpen = true
  const listener = createServer((visitor) => {
    if (!isOpen) return visitor.destroy()
    const onward = connect(Number(port), hostname)
    for (const [from, to] of [[visitor, onward], [onward, visitor]] as const) {
      open.add(from)
      from.on('error', () => to.destroy()).once('close', () => (open.delete(from), to.destroy()))
      from.pipe(to)
    }
  })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const through = new URL(url)
  through.hostname = '127.0.0.1'
  through.port = String((listener.address() as AddressInfo).port)
  const cut = () => [...open].forEach((socket) => socket.destroy())
  return {
    url: through.href,
    shut() {
      isOpen = false
      cut()
    },
    open: () => void (isOpen = true),
    async close() {
      cut()
      await new Promise((done) => listener.close(done))
    },
  }
}

/** What a visitor is shown who trusts the authority, and looks whether the certificate is of this name. */
async function visit({ host, path, port, ca }: { host: string; path: string; port: number; ca: Promise<string> | null }): Promise<Shown> {
  const root = await ca
  return new Promise((done, fail) => {
    const options = { host: '127.0.0.1', port, path, headers: { host: `${host}:${port}` }, agent: false as const, timeout: 20_000 }
    const asked = (root === null ? requestHttp(options) : getHttps({ ...options, servername: host, ca: root })).on('response', (response) => {
      let text = ''
      const socket = response.socket as TLSSocket
      const fingerprint = root === null ? null : (socket.getPeerX509Certificate()?.fingerprint256.replaceAll(':', '').toLowerCase() ?? null)
      response.setEncoding('utf8').on('data', (part: string) => (text += part))
      response.once('end', () => done({ status: response.statusCode ?? 0, text, location: response.headers.location, fingerprint, protocol: root === null ? null : socket.getProtocol() })).once('error', fail)
    })
    asked.once('timeout', () => asked.destroy(new Error('No answer.'))).once('error', fail).end()
  })
}
