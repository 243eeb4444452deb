import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createTcp, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTls } from 'node:tls'

import { afterAll, describe, expect, it } from 'vitest'

import { sampleDrainLine } from '../../test/harness/drain-line'
import { until } from '../../test/harness/until'
import { sendSyslog } from './syslog'
import { counted, datagram, syslogMessage } from './syslog-frame'

const RSYSLOG = '/usr/sbin/rsyslogd'
const folder = mkdtempSync(join(tmpdir(), 'easel-syslog-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const limits = (timeoutMs = 10_000) => ({ policy: { allowsPrivate: true }, timeoutMs, signal: new AbortController().signal, now: () => new Date() })
const settings = (port: number, over: object = {}) => ({ kind: 'syslog' as const, host: '127.0.0.1', port, transport: 'tcp' as const, facility: 16, ca: null, ...over })
const lines = (count: number) => Array.from({ length: count }, (_, i) => sampleDrainLine({ id: String(i + 1), message: `line ${i + 1}` }))

async function listening(server: Server): Promise<number> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return (server.address() as AddressInfo).port
}

/** Messages of a stream by their lengths; throws where they are not counted right. */
function framesOf(bytes: Buffer): string[] {
  const frames: string[] = []
  for (let at = 0; at < bytes.length; ) {
    const blank = bytes.indexOf(' ', at)
    const length = Number(bytes.toString('latin1', at, blank))
    if (!Number.isInteger(length) || blank + 1 + length > bytes.length) throw new Error(`No frame at ${at}.`)
    frames.push(bytes.toString('utf8', blank + 1, blank + 1 + length))
    at = blank + 1 + length
  }
  return frames
}

it('writes messages of RFC 5424', () => {
  const message = syslogMessage(sampleDrainLine({ level: 'error', environment: { id: 'env_1', name: 'my env' }, service: { id: 'svc_1', name: 'größe' }, attributes: { quote: 'a"]\\' }, message: 'one\ntwo' }), { facility: 16, tag: '[key@41058]' })
  expect(message).toBe(
    '<131>1 2026-03-01T10:00:00.000Z my-env.Shop gr-e 0 runtime [easel@32473 line="1" organization="Acme" organizationId="org_1" project="Shop" projectId="prj_1" environment="my env" environmentId="env_1" service="größe" serviceId="svc_1" deploymentId="dep_1" deployment="3" replica="0" stream="stdout" level="error" attributes="{\\"quote\\":\\"a\\\\\\"\\]\\\\\\\\\\"}"][key@41058] \u{feff}one\ntwo',
  )
  expect(Buffer.byteLength(datagram('ä'.repeat(9_000)).toString('utf8'))).toBe(8_192)
  const cut = counted('ä'.repeat(40_000)).toString('utf8')
  expect(framesOf(Buffer.from(cut))).toEqual([`${'ä'.repeat(32_760)} … [line cut]`])
})

describe('over a stream', () => {
  it('counts each message, with whatever is in it, and waits for the end of the other side', async () => {
    let got = Buffer.alloc(0)
    const server = createTcp({ allowHalfOpen: true }, (socket) => {
      socket.on('data', (part) => (got = Buffer.concat([got, part])))
      socket.on('end', () => socket.end())
    })
    const port = await listening(server)
    const outcome = await sendSyslog(settings(port), undefined, [sampleDrainLine({ message: 'größer\nals' }), ...lines(2_000)], limits())
    server.close()
    expect(outcome).toMatchObject({ ok: true, answer: `127.0.0.1:${port} took 2001 lines.` })
    expect(framesOf(got).map((frame) => frame.slice(frame.indexOf('\u{feff}') + 1))).toEqual(['größer\nals', ...Array.from({ length: 2_000 }, (_, i) => `line ${i + 1}`)])
  })

  it('takes nothing for sent when the connection breaks, is refused, or never ends', async () => {
    const breaks = createTcp((socket) => void socket.once('data', () => socket.resetAndDestroy()))
    const silent = createTcp({ allowHalfOpen: true }, (socket) => void socket.resume().on('error', () => {}))
    const [broken, held] = [await listening(breaks), await listening(silent)]
    expect(await sendSyslog(settings(broken), undefined, lines(5), limits())).toMatchObject({ ok: false, fault: 'away' })
    expect(await sendSyslog(settings(held), undefined, lines(5), limits(300))).toMatchObject({ ok: false, answer: `127.0.0.1:${held} did not take everything within 0.3 s.` })
    breaks.close()
    expect(await sendSyslog(settings(broken), undefined, lines(1), limits())).toMatchObject({ ok: false, answer: `127.0.0.1:${broken} refused the connection.` })
    silent.close()
  })

  it('is encrypted for an authority that was given, and not for another one', async () => {
    const run = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
    for (const name of ['own', 'other']) run('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2', '-keyout', `${name}.key`, '-out', `${name}.crt`)
    const file = (name: string) => readFileSync(join(folder, name), 'utf8')
    let got = Buffer.alloc(0)
    const server = createTls({ key: file('own.key'), cert: file('own.crt') }, (socket) => {
      socket.on('data', (part: Buffer) => (got = Buffer.concat([got, part])))
      socket.on('end', () => socket.end())
    }).on('tlsClientError', () => {})
    const port = await listening(server)
    expect(await sendSyslog(settings(port, { transport: 'tls', ca: file('own.crt') }), '[key@1]', lines(300), limits())).toMatchObject({ ok: true })
    expect(framesOf(got)).toHaveLength(300)
    expect(got.toString()).toContain('[key@1]')
    for (const ca of [null, file('other.crt')]) expect(await sendSyslog(settings(port, { transport: 'tls', ca }), undefined, lines(1), limits())).toMatchObject({ ok: false, answer: expect.stringContaining('certificate') as string })
    server.close()
  })
})

it('goes as datagrams', async () => {
  const socket = createSocket('udp4')
  const got: string[] = []
  socket.on('message', (message) => got.push(message.toString('utf8')))
  await new Promise<void>((done) => socket.bind(0, '127.0.0.1', done))
  expect(await sendSyslog(settings(socket.address().port, { transport: 'udp' }), undefined, lines(3), limits())).toMatchObject({ ok: true })
  await until('three datagrams', () => got.length === 3)
  socket.close()
  expect(got.map((message) => message.slice(-6))).toEqual(['line 1', 'line 2', 'line 3'])
})

describe.skipIf(!existsSync(RSYSLOG))('rsyslog', () => {
  let rsyslog: ChildProcess | null = null
  afterAll(() => void rsyslog?.kill('SIGKILL'))

  it('reads every message and what is in it', async () => {
    const port = await freePort()
    const out = join(folder, 'out.json')
    writeFileSync(join(folder, 'rsyslog.conf'), `global(workDirectory="${folder}" parser.escapeControlCharactersOnReceive="off" maxMessageSize="64k")
module(load="imtcp")
template(name="t" type="list" option.jsonf="on") { property(outname="host" name="hostname" format="jsonf") property(outname="app" name="app-name" format="jsonf") property(outname="proc" name="procid" format="jsonf") property(outname="id" name="msgid" format="jsonf") property(outname="severity" name="syslogseverity" format="jsonf") property(outname="sd" name="structured-data" format="jsonf") property(outname="message" name="msg" format="jsonf") }
input(type="imtcp" port="${port}" address="127.0.0.1")
action(type="omfile" file="${out}" template="t")
`)
    rsyslog = spawn(RSYSLOG, ['-n', '-f', join(folder, 'rsyslog.conf'), '-i', join(folder, 'rsyslog.pid')], { stdio: 'ignore' })
    // A line of a megabyte has the ones after it arrive all the same.
    const sent = [sampleDrainLine({ message: 'größer "als"', level: 'fatal', attributes: { a: '"]\\' } }), ...lines(300), sampleDrainLine({ message: 'ä'.repeat(400_000) }), ...lines(200)]
    await until('rsyslog to take lines', async () => (await sendSyslog(settings(port), undefined, sent, limits(3_000))).ok)
    const read = await until('rsyslog to have written them', () => {
      const rows = existsSync(out) ? readFileSync(out, 'utf8').split('\n').filter((row) => row !== '') : []
      return rows.length >= sent.length && rows.map((row) => JSON.parse(row) as Record<string, string>)
    })
    expect(read[0]).toMatchObject({ host: 'production.Shop', app: 'api', proc: '0', id: 'runtime', severity: '2', sd: expect.stringContaining('attributes="{\\"a\\":\\"\\\\\\"\\]\\\\\\\\\\"}"') as string })
    expect(read.map(({ message }) => message!.replace('\u{feff}', '').replace(/^ä+ … \[line cut\]$/, 'long'))).toEqual(sent.map(({ message }) => message.replace(/^ä+$/, 'long')))
  })
})
it.runIf(!existsSync(RSYSLOG))('rsyslog did not run: it is not installed', () => {
  process.stderr.write('rsyslog is not installed: that it reads what drains send was not tried.\n')
})

async function freePort(): Promise<number> {
  const server = createTcp()
  const port = await listening(server)
  await new Promise((done) => server.close(done))
  return port
}
