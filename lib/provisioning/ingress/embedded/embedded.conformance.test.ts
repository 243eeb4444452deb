import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { log } from '../../../log'
import { makeSeal } from '../../../secrets/seal'
import { ingressConformance } from '../conformance'
import { ask, route, until, workload, type Setting, type Subject } from '../conformance/stage'
import { embeddedIngress } from '../embedded-client'
import { startIngress } from './start-ingress'

const seal = makeSeal('0'.repeat(64))

async function subjectIn(folder: string, { keep = false, answerMs = 60_000, trustedProxies = [] }: { keep?: boolean; answerMs?: number } & Setting = {}): Promise<Subject> {
  const adminSocket = join(folder, 'admin.sock')
  const running = await startIngress({ host: '127.0.0.1', port: 0, adminSocket, tableFile: join(folder, 'table.json'), log, answerMs, trustedProxies, https: { port: 0, certificatesFile: join(folder, 'certificates.json'), seal } })
  let isOpen = true
  const close = async () => {
    if (!isOpen) return
    isOpen = false
    await running.close()
    if (!keep) rmSync(folder, { recursive: true, force: true })
  }
  return {
    ingress: embeddedIngress(adminSocket),
    port: running.port,
    httpsPort: running.httpsPort!,
    close,
    async restart() {
      keep = true
      await close()
      return subjectIn(folder)
    },
  }
}

const fresh = (setting?: Setting) => subjectIn(mkdtempSync(join(tmpdir(), 'ingress-')), setting)

ingressConformance('embedded ingress', fresh)

test('an answer that does not come in time is 504', async () => {
  const subject = await subjectIn(mkdtempSync(join(tmpdir(), 'ingress-')), { answerMs: 200 })
  const { target } = await workload(() => {})
  await subject.ingress.publish({ version: 1, routes: [route({ targets: [target] })] }, new AbortController().signal)
  expect(await ask(subject.port)).toMatchObject({ status: 504 })
  await subject.close()
})

test('a port that another program has is taken when that ends, without another table', async () => {
  const subject = await fresh()
  const { port, server } = await workload((_, response) => void response.end('another program'))
  const { target } = await workload((_, response) => void response.end('ours'))
  const tcp = [{ serviceId: 'svc_a', port, allow: ['127.0.0.1'], targets: [{ host: target.host, port: target.port }] }]
  await subject.ingress.publish({ version: 1, routes: [route({ targets: [target] })], tcp }, new AbortController().signal)
  expect((await ask(port)).body).toBe('another program')
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
  await until(() => ask(port).then(({ body }) => body, () => null), (body) => body === 'ours')
  await subject.close()
})

test('a table file that cannot be read starts it empty', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ingress-'))
  writeFileSync(join(folder, 'table.json'), '{"version": 3, "routes": [')
  const subject = await subjectIn(folder)
  expect((await ask(subject.port)).status).toBe(404)
  await subject.close()
})

test('a table file from before targets named their deployment and requests could be held is served', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ingress-'))
  const { target } = await workload((_, response) => void response.end('old'))
  const { host, port } = target
  const old = { serviceId: 'svc_a', name: 'a', hosts: ['a.localhost'], privatePort: null, targets: [{ host, port }], unavailable: null }
  writeFileSync(join(folder, 'table.json'), JSON.stringify({ version: 3, routes: [old, { ...old, serviceId: 'svc_b', hosts: ['b.localhost'], targets: [], unavailable: 'stopped' }] }))
  const subject = await subjectIn(folder)
  expect((await ask(subject.port)).body).toBe('old')
  expect((await ask(subject.port, { host: 'b.localhost' })).body).toContain('is stopped')
  await subject.close()
})

test('whoever publishes, and to whatever the proxy has, the whole table is in force', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ingress-'))
  let subject = await subjectIn(folder, { keep: true })
  const { target } = await workload((_, response) => void response.end('served'))
  const workers = [subject.ingress, embeddedIngress(join(folder, 'admin.sock'))]
  const names = (version: number) => Array.from({ length: 6 }, (_, i) => `n${(version * (i + 1)) % 7}`)
  for (let version = 1; version <= 12; version++) {
    const hosts = new Set(names(version))
    const routes = [...hosts].map((name) => route({ serviceId: `svc_${name}`, hosts: [`${name}.localhost`], targets: [target] }))
    // Now one of them after the other, now twice the same, now after a restart.
    await workers[version % 3 === 0 ? 0 : version % 2]!.publish({ version, routes }, new AbortController().signal)
    for (let i = 0; i < 7; i++) expect((await ask(subject.port, { host: `n${i}.localhost` })).status, `${version} n${i}`).toBe(hosts.has(`n${i}`) ? 200 : 404)
    if (version % 5 === 0) subject = await subject.restart()
  }
  await subject.close()
  rmSync(folder, { recursive: true, force: true })
})

test('several who publish at the same time end with the newest table', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ingress-'))
  const subject = await subjectIn(folder)
  const { target } = await workload((_, response) => void response.end('served'))
  const workers = Array.from({ length: 4 }, () => embeddedIngress(join(folder, 'admin.sock')))
  for (let round = 1; round <= 5; round++) {
    const told = workers.map((worker, i) => worker.publish({ version: 10 * round + i, routes: [route({ serviceId: `svc_${i}`, hosts: [`n${i}.localhost`], targets: [target] })] }, new AbortController().signal))
    await Promise.allSettled(told)
    await told[3]
    const served = await Promise.all(workers.map(async (_, i) => (await ask(subject.port, { host: `n${i}.localhost` })).status))
    expect(served).toEqual([404, 404, 404, 200])
  }
  await subject.close()
})

test('a table that cannot be kept on the disk is in force all the same, and the status says so', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ingress-'))
  const subject = await subjectIn(folder)
  mkdirSync(join(folder, 'table.json.partial'))
  const { target } = await workload((_, response) => void response.end('served'))
  await subject.ingress.publish({ version: 1, routes: [route({ targets: [target] })] }, new AbortController().signal)
  expect((await ask(subject.port)).body).toBe('served')
  expect(await status(folder)).toMatchObject({ troubles: { table: expect.stringContaining('EISDIR') } })
  await subject.close()
})

test('a poll that is given up leaves nothing behind', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ingress-'))
  const subject = await subjectIn(folder)
  const impatient = new AbortController()
  const polls = Array.from({ length: 5 }, () => subject.ingress.wanted(60_000, impatient.signal).catch(() => {}))
  await until(() => status(folder), ({ polls: count }) => count === 5)
  impatient.abort()
  await Promise.all(polls)
  await until(() => status(folder), ({ polls: count }) => count === 0)
  await subject.close()
})

function status(folder: string): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    get({ socketPath: join(folder, 'admin.sock'), path: '/status' }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.once('end', () => resolve(JSON.parse(text) as Record<string, unknown>))
    }).once('error', reject)
  })
}

test('a second one on the same socket is refused, and a dead socket file is not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ingress-'))
  const first = await subjectIn(folder, { keep: true })
  await expect(subjectIn(folder, { keep: true })).rejects.toThrow(/Another ingress/)
  await first.close()
  writeFileSync(join(folder, 'admin.sock'), '')
  await (await subjectIn(folder)).close()
})

test('a taken port is said in a sentence that names the variable', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ingress-'))
  const { port } = await workload(() => {})
  await expect(startIngress({ host: '127.0.0.1', port, adminSocket: join(folder, 'admin.sock'), tableFile: join(folder, 'table.json'), log })).rejects.toThrow(/EASEL_INGRESS_PORT/)
  rmSync(folder, { recursive: true })
})
