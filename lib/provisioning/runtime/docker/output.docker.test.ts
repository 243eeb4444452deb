import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { makeDockerSubject, type DockerSubject } from '@/test/docker/docker-subject'
import { hasExited, isHealthy, untilSeen } from '../conformance'
import type { RuntimeDriver, Workload } from '../driver'
import { runFolder } from './state'

// What a container prints is written down once, whoever reads and whenever they die.

const never = new AbortController().signal
let t: DockerSubject
beforeEach(async () => {
  t = await makeDockerSubject()
})
afterEach(() => t.dispose())

const COUNTS = `
let count = 0
const timer = setInterval(() => { console.log('out ' + count); console.error('err ' + count); if (++count === 2000) { clearInterval(timer); server.close() } }, 1)
const server = require('node:http').createServer((q, s) => s.end()).listen(Number(process.env.PORT), '0.0.0.0')`

const read = (app: Workload, stream: 'stdout' | 'stderr') => {
  try {
    return readFileSync(runFolder(t.folder, app.name)[stream], 'utf8')
  } catch {
    return ''
  }
}
const expected = (word: string) => Array.from({ length: 2000 }, (_, index) => `${word} ${index}\n`).join('')

async function untilComplete(driver: RuntimeDriver, app: Workload): Promise<void> {
  await untilSeen(driver, app.name, hasExited)
  await driver.logFiles(never)
}

test('workers that come and go in the middle leave no gap and no repeat', async () => {
  const app = t.script(COUNTS)
  await t.driver.apply(app, never)
  for (const seen of [100, 400, 900]) {
    await expect.poll(() => read(app, 'stdout'), { timeout: 20_000, interval: 5 }).toContain(`out ${seen}\n`)
    await t.reopen()
  }
  await untilComplete(await t.reopen(), app)
  expect(read(app, 'stdout')).toBe(expected('out'))
  expect(read(app, 'stderr')).toBe(expected('err'))
})

test('two workers at once write it down once', async () => {
  const app = t.script(COUNTS)
  const other = t.openDriver()
  await t.driver.apply(app, never)
  await untilSeen(other, app.name, isHealthy)
  await other.apply(app, never)
  await Promise.all([untilComplete(t.driver, app), untilComplete(other, app)])
  expect(read(app, 'stdout')).toBe(expected('out'))
  expect(read(app, 'stderr')).toBe(expected('err'))
})

test('a worker that died between appending and moving its cursor is not repeated', async () => {
  const app = t.script(COUNTS)
  await t.driver.apply(app, never)
  await expect.poll(() => read(app, 'stdout'), { timeout: 20_000, interval: 5 }).toContain('out 300\n')
  const { output, stdout, stderr } = runFolder(t.folder, app.name)
  const driver = await t.reopen()
  await driver.close()
  // The cursor as it is; then what comes next, as far as the dead worker came with it: in the middle of a line.
  const last = Number(/out (\d+)\n$/.exec(read(app, 'stdout'))![1])
  const lastError = Number(/err (\d+)\n$/.exec(read(app, 'stderr'))![1])
  const cursor = readFileSync(output)
  appendFileSync(stdout, `out ${last + 1}\nout ${last + 2}\nou`)
  appendFileSync(stderr, `err ${lastError + 1}\n`)
  writeFileSync(output, cursor)
  await untilComplete(await t.reopen(), app)
  expect(read(app, 'stdout')).toBe(expected('out'))
  expect(read(app, 'stderr')).toBe(expected('err'))
})

test('files that are emptied in the middle go on at their new end', async () => {
  const app = t.script(COUNTS)
  await t.driver.apply(app, never)
  await expect.poll(() => read(app, 'stdout'), { timeout: 20_000, interval: 5 }).toContain('out 300\n')
  await t.driver.close()
  const before = read(app, 'stdout')
  writeFileSync(runFolder(t.folder, app.name).stdout, '')
  await untilComplete(await t.reopen(), app)
  expect(before + read(app, 'stdout')).toBe(expected('out'))
})

test('what is left of a run that was removed halfway is not taken for the output of the next', async () => {
  const app = t.script(COUNTS)
  const folder = runFolder(t.folder, app.name)
  mkdirSync(folder.path, { recursive: true })
  writeFileSync(folder.stdout, 'of the former run\n')
  await t.driver.apply(app, never)
  await untilComplete(t.driver, app)
  expect(read(app, 'stdout')).toBe(expected('out'))
})

describe('lines', () => {
  test('that are longer than a message of the engine are whole, and so is the last one without its end', async () => {
    const app = t.script(`process.stdout.write('x'.repeat(100000) + '\\n' + '\\u00e4'.repeat(20000) + '\\nlast')`, { role: 'job', part: 'run_1', port: null, health: null })
    await t.driver.apply(app, never)
    await untilComplete(t.driver, app)
    const runs = (text: string) => [...text.matchAll(/(.)\1*/gsu)].map(([run, letter]) => `${letter} ${run.length}`)
    expect(runs(read(app, 'stdout'))).toEqual(runs(`${'x'.repeat(100000)}\n${'ä'.repeat(20000)}\nlast`))
  })
})
