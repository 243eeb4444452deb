import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { log } from '../../../log'
import { ingressConformance, ask, route, workload, type Subject } from '../conformance'
import { embeddedIngress } from '../embedded-client'
import { startIngress } from './start-ingress'

async function subjectIn(folder: string, keep = false): Promise<Subject> {
  const adminSocket = join(folder, 'admin.sock')
  const running = await startIngress({ host: '127.0.0.1', port: 0, adminSocket, tableFile: join(folder, 'table.json'), log, answerMs: 1_000 })
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
    close,
    async restart() {
      keep = true
      await close()
      return subjectIn(folder)
    },
  }
}

const fresh = () => subjectIn(mkdtempSync(join(tmpdir(), 'ingress-')))

ingressConformance('embedded ingress', fresh)

test('an answer that does not come in time is 504', async () => {
  const subject = await fresh()
  const { target } = await workload(() => {})
  await subject.ingress.publish({ version: 1, routes: [route({ targets: [target] })] }, new AbortController().signal)
  expect(await ask(subject.port)).toMatchObject({ status: 504 })
  await subject.close()
})

test('a table file that cannot be read starts it empty', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ingress-'))
  writeFileSync(join(folder, 'table.json'), '{"version": 3, "routes": [')
  const subject = await subjectIn(folder)
  expect((await ask(subject.port)).status).toBe(404)
  await subject.close()
})

test('a second one on the same socket is refused, and a dead socket file is not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ingress-'))
  const first = await subjectIn(folder, true)
  await expect(subjectIn(folder, true)).rejects.toThrow(/Another ingress/)
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
