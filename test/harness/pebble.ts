import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer as createHttps, request } from 'node:https'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { DnsProvider } from '../../lib/provisioning/certificate/dns/records'
import { until } from './until'

// Pebble, the test authority of Let's Encrypt, with its DNS server, all of it on the loopback. It forgets everything when it is started again. In
// front of it is a door of ours, by which a test gives it another time, or has it say what it never says (limits, CAA).

/** Why it cannot run on this machine; null when it can. */
export const pebbleProblem = ['pebble', 'pebble-challtestsrv', 'openssl'].every((program) => spawnSync('which', [program]).status === 0) ? null : 'Pebble is not installed (apt-get install pebble openssl)'

export type Said = { status: number; type: string; detail: string; headers?: Record<string, string> }

export type TestPebble = {
  directory: string
  /** Of whom the authority's own certificate is. */
  caFile: string
  /** The DNS server, as EASEL_DNS_RESOLVERS has it. */
  dns: string
  /** Paths that were asked for, in order. */
  asked: string[]
  /** Those of them that were not refused for their nonce, which are asked for again. */
  heard: string[]
  /** By how much its clock is ahead. */
  clock: { aheadMs: number }
  /** Has it say something else to what comes. */
  interfere(answer: (path: string) => Said | null): void
  /** Sets TXT records at the DNS server. */
  provider: DnsProvider
  /** Tells the DNS server something: `add-a`, `set-servfail`, `clear-txt` and so on. */
  tellDns(what: string, body: object): Promise<void>
  /** The root of what it issues. */
  root(): Promise<string>
  revoked(serial: string): Promise<boolean>
  /** Ends the authority; its door refuses connections. */
  halt(): Promise<void>
  /** Starts it again: it knows nobody. */
  resume(): Promise<void>
  stop(): Promise<void>
}

/** Starts one. `httpPort`, `tlsPort`: where it looks for challenges; `validityS`: how long what it issues lasts. */
export async function startPebble(options: { httpPort: number; tlsPort: number; validityS?: number; binding?: { keyId: string; hmacKey: string } }): Promise<TestPebble> {
  const folder = await mkdtemp(join(tmpdir(), 'easel-pebble-'))
  const [door, inner, management, dns, dnsManagement] = (await Promise.all([freePort(), freePort(), freePort(), freePort(), freePort()])) as [number, number, number, number, number]
  makeCertificates(folder)
  const caFile = join(folder, 'ca.pem')
  const ca = readFileSync(caFile)
  const config = { pebble: { listenAddress: `127.0.0.1:${inner}`, managementListenAddress: `127.0.0.1:${management}`, certificate: join(folder, 'cert.pem'), privateKey: join(folder, 'key.pem'), httpPort: options.httpPort, tlsPort: options.tlsPort, ocspResponderURL: '', externalAccountBindingRequired: options.binding !== undefined, externalAccountMACKeys: options.binding ? { [options.binding.keyId]: options.binding.hmacKey } : {}, ...(options.validityS === undefined ? {} : { certificateValidityPeriod: options.validityS }) } }
  await writeFile(join(folder, 'pebble.json'), JSON.stringify(config))

  const children = new Set<ChildProcess>()
  const run = (program: string, args: string[], env: Record<string, string> = {}) => {
    const child = spawn(program, args, { cwd: folder, env: { PATH: process.env.PATH ?? '', ...env } as unknown as NodeJS.ProcessEnv, stdio: 'ignore' })
    children.add(child)
    return child
  }
  const end = async (child: ChildProcess) => {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    children.delete(child)
  }
  run('pebble-challtestsrv', ['-defaultIPv6', '', '-dns01', `127.0.0.1:${dns}`, '-http01', '', '-https01', '', '-tlsalpn01', '', '-management', `127.0.0.1:${dnsManagement}`])
  const tellDns = async (what: string, body: object) => {
    const { ok, status } = await fetch(`http://127.0.0.1:${dnsManagement}/${what}`, { method: 'POST', body: JSON.stringify(body) })
    if (!ok) throw new Error(`The DNS server answered ${status} to ${what}.`)
  }

  // Some nonces are refused, so that every test meets it.
  const startAuthority = () => run('pebble', ['-config', join(folder, 'pebble.json'), '-strict', '-dnsserver', `127.0.0.1:${dns}`], { PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: '20', PEBBLE_AUTHZREUSE: '0' })
  const ask = (port: number, path: string) => answerOf({ host: '127.0.0.1', port, path, ca })
  const isUp = () => until('Pebble to answer', () => ask(inner, '/dir').then(({ status }) => status === 200, () => false))

  const asked: string[] = []
  const heard: string[] = []
  const clock = { aheadMs: 0 }
  const say: { answer: (path: string) => Said | null } = { answer: () => null }
  const server = createHttps({ cert: readFileSync(join(folder, 'cert.pem')), key: readFileSync(join(folder, 'key.pem')) }, (incoming, response) => {
    const path = incoming.url ?? '/'
    asked.push(path)
    const said = say.answer(path)
    if (said) {
      heard.push(path)
      response.writeHead(said.status, { 'content-type': 'application/problem+json', 'replay-nonce': 'bm9uY2U', ...said.headers }).end(JSON.stringify({ type: said.type, detail: said.detail, status: said.status }))
      return void incoming.resume()
    }
    // Pebble makes its addresses of the host that it is asked for.
    const onward = request({ host: '127.0.0.1', port: inner, path, method: incoming.method, headers: incoming.headers, ca, agent: false }, (answer) => {
      if (answer.statusCode !== 400) heard.push(path)
      response.writeHead(answer.statusCode ?? 502, { ...answer.headers, date: new Date(Date.now() + clock.aheadMs).toUTCString() })
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    incoming.pipe(onward)
  })
  const listen = () => new Promise<void>((done) => server.listen(door, '127.0.0.1', done))
  const close = () => new Promise<void>((done) => {
    server.close(() => done())
    server.closeAllConnections()
  })
  let authority = startAuthority()
  await Promise.all([isUp(), listen(), until('the DNS server to answer', () => tellDns('set-default-ipv6', { ip: '' }).then(() => true, () => false))])

  return {
    directory: `https://localhost:${door}/dir`,
    caFile,
    dns: `127.0.0.1:${dns}`,
    asked,
    heard,
    clock,
    interfere: (answer) => void (say.answer = answer),
    provider: {
      present: ({ name, value }) => tellDns('set-txt', { host: `${name}.`, value }),
      remove: ({ name }) => tellDns('clear-txt', { host: `${name}.` }),
    },
    tellDns,
    root: async () => (await ask(management, '/roots/0')).text,
    revoked: async (serial) => (await ask(management, `/cert-status-by-serial/${serial}`)).text.includes('"Revoked"'),
    async halt() {
      await Promise.all([end(authority), close()])
    },
    async resume() {
      authority = startAuthority()
      await Promise.all([isUp(), listen()])
    },
    async stop() {
      await Promise.all([...[...children].map(end), close()])
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function makeCertificates(folder: string): void {
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=Test authority', '-keyout', 'ca.key', '-out', 'ca.pem')
  openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-addext', 'basicConstraints=critical,CA:FALSE', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-keyout', 'key.pem', '-out', 'cert.pem')
}

function answerOf(options: { host: string; port: number; path: string; ca: Buffer }): Promise<{ status: number; text: string }> {
  return new Promise((done, fail) => {
    const sent = request({ ...options, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => (text += part))
      response.on('end', () => done({ status: response.statusCode ?? 0, text }))
    })
    sent.on('error', fail)
    sent.end()
  })
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  await new Promise((done) => server.close(done))
  return port
}
