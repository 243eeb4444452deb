import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import * as grpc from '@grpc/grpc-js'
import { afterEach, describe, expect, test } from 'vitest'

import { log } from '../../lib/log'
import { certificate } from '../../lib/provisioning/ingress/conformance/certificate'
import { afterwards, cleanUp, never, nextVersion, route, site, until, type Subject } from '../../lib/provisioning/ingress/conformance/stage'
import { embeddedIngress } from '../../lib/provisioning/ingress/embedded-client'
import { startIngress } from '../../lib/provisioning/ingress/embedded/start-ingress'
import type { RouteTable } from '../../lib/provisioning/ingress/table'
import { makeSeal } from '../../lib/secrets/seal'
import { caddyProblem } from '../harness/caddy'
import { ingressBehindCaddy } from '../harness/caddy-ingress'

// Calls of gRPC with a real client and real workloads, through whatever carries host names.

afterEach(cleanUp)

type Stage = Pick<Subject, 'ingress' | 'httpsPort' | 'close'>
const SHOP = { host: 'shop.example', certificateId: 'cert_a' }
const publish = ({ ingress }: Stage, table: Omit<RouteTable, 'version'>) => ingress.publish({ version: nextVersion(), ...table }, never)

async function embedded(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'ingress-'))
  const adminSocket = join(folder, 'admin.sock')
  const running = await startIngress({ host: '127.0.0.1', port: 0, adminSocket, tableFile: join(folder, 'table.json'), log, answerMs: 60_000, trustedProxies: [], https: { port: 0, certificatesFile: join(folder, 'certificates.json'), seal: makeSeal('0'.repeat(64)) } })
  return {
    ingress: embeddedIngress(adminSocket),
    httpsPort: running.httpsPort!,
    async close() {
      await running.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const INGRESSES: { name: string; problem: string | null; start(): Promise<Stage> }[] = [
  { name: 'our own HTTPS', problem: null, start: embedded },
  { name: `Caddy${caddyProblem === null ? '' : `: ${caddyProblem}`}`, problem: caddyProblem, start: ingressBehindCaddy },
]

describe.each(INGRESSES)('gRPC through $name', { timeout: 60_000 }, ({ problem, start }) => {
  test.skipIf(problem !== null)('calls go over TLS to the workload and back: one, a stream both ways, an error; versions change meanwhile', async () => {
    const stage = await start()
    afterwards(() => stage.close())
    const shown = certificate('cert_a', ['shop.example'])
    await stage.ingress.publishCertificates([shown], never)
    const [one, two] = [await grpcWorkload('one'), await grpcWorkload('two')]
    await publish(stage, { routes: [route({ hosts: [], targets: [one] })], sites: [site(SHOP)] })
    const client = new grpc.Client(`127.0.0.1:${stage.httpsPort}`, grpc.credentials.createSsl(Buffer.from(shown.chainPem)), { 'grpc.ssl_target_name_override': 'shop.example', 'grpc.default_authority': 'shop.example' })
    afterwards(() => client.close())
    const call = (text: string) => new Promise<string>((resolve, reject) => client.makeUnaryRequest('/echo.Echo/Say', same, same, Buffer.from(text), (error, answer) => (error ? reject(error) : resolve(String(answer)))))
    expect(await call('hello')).toBe('one: hello')
    await expect(call('fail')).rejects.toMatchObject({ code: grpc.status.FAILED_PRECONDITION, details: 'not like this' })
    const both = client.makeBidiStreamRequest('/echo.Echo/Chat', same, same)
    const next = () => new Promise<string>((resolve, reject) => both.once('data', (chunk: Buffer) => resolve(String(chunk))).once('error', reject))
    both.write(Buffer.from('first'))
    expect(await next()).toBe('one: first')
    await publish(stage, { routes: [route({ hosts: [], targets: [two] })], sites: [site(SHOP)] })
    expect(await call('hello')).toBe('two: hello')
    expect((await stage.ingress.traffic(never)).targets).toEqual({ [`127.0.0.1:${one.port}`]: 1 })
    both.write(Buffer.from('second'))
    expect(await next()).toBe('one: second')
    const ended = new Promise((resolve) => both.once('status', ({ code }) => resolve(code)))
    both.on('data', () => {}).end()
    expect(await ended).toBe(grpc.status.OK)
    await until(() => stage.ingress.traffic(never), ({ targets }) => Object.keys(targets).length === 0)
    const { lines } = await stage.ingress.telemetry(null, never)
    expect(lines.map(({ path, status, outcome }) => [path, status, outcome])).toContainEqual(['/echo.Echo/Chat', 200, 'answered'])
    // One after the other, while versions change.
    const answers: Promise<string>[] = []
    for (let i = 0; i < 60; i++) {
      answers.push(call(String(i)))
      if (i % 10 === 0) await publish(stage, { routes: [route({ hosts: [], targets: [i % 20 ? one : two] })], sites: [site(SHOP)] })
    }
    expect((await Promise.all(answers)).every((answer) => /^(one|two): \d+$/.test(answer))).toBe(true)
    await publish(stage, { routes: [route({ hosts: [], targets: [two] })], sites: [site(SHOP)] })
    // What is said beforehand comes beforehand, also where the first message is waited for.
    const waiting = client.makeServerStreamRequest('/echo.Echo/Wait', same, same, Buffer.from('x'))
    waiting.on('error', () => {})
    const metadata = await new Promise<grpc.Metadata>((resolve, reject) => waiting.once('metadata', resolve).once('error', reject))
    expect(metadata.get('x-before')).toEqual(['two'])
    waiting.cancel()
    await publish(stage, { routes: [route({ hosts: [], targets: [{ ...one, port: 1 }] })], sites: [site(SHOP)] })
    await expect(call('hello')).rejects.toMatchObject({ code: grpc.status.UNAVAILABLE })
  })
})

const same = (bytes: Buffer) => bytes

async function grpcWorkload(name: string) {
  const server = new grpc.Server()
  const method = { requestSerialize: same, requestDeserialize: same, responseSerialize: same, responseDeserialize: same }
  server.addService(
    { Say: { ...method, path: '/echo.Echo/Say', requestStream: false, responseStream: false }, Chat: { ...method, path: '/echo.Echo/Chat', requestStream: true, responseStream: true }, Wait: { ...method, path: '/echo.Echo/Wait', requestStream: false, responseStream: true } },
    {
      Say: ((call, done) => (String(call.request) === 'fail' ? done({ code: grpc.status.FAILED_PRECONDITION, details: 'not like this' }) : done(null, Buffer.from(`${name}: ${call.request}`)))) satisfies grpc.handleUnaryCall<Buffer, Buffer>,
      Wait: ((call) => {
        const metadata = new grpc.Metadata()
        metadata.set('x-before', name)
        call.sendMetadata(metadata)
      }) satisfies grpc.handleServerStreamingCall<Buffer, Buffer>,
      Chat: ((call) => void call.on('data', (chunk: Buffer) => call.write(Buffer.from(`${name}: ${chunk}`))).on('end', () => call.end()).on('error', () => {})) satisfies grpc.handleBidiStreamingCall<Buffer, Buffer>,
    },
  )
  const port = await new Promise<number>((resolve, reject) => server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound))))
  afterwards(() => server.forceShutdown())
  return { host: '127.0.0.1', port, deploymentId: `dep_${name}` }
}
