import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { pino } from 'pino'

import type { EngineApi } from '@/lib/provisioning/docker/engine-api'
import { PLAIN, type AppKind, type Subject } from '@/lib/provisioning/runtime/conformance'
import type { RuntimeDriver, Workload } from '@/lib/provisioning/runtime/driver'
import { dockerDriver, type DockerDriverOptions } from '@/lib/provisioning/runtime/docker/docker-driver'
import { execute } from '@/lib/provisioning/runtime/docker/exec'
import { makeRoom } from '@/lib/provisioning/runtime/docker/room'
import { NODE_IMAGE, removeMarked, testApi, testMark } from './engine'

// The Docker runtime as a subject of tests: a folder and a mark of its own on the engine, and a small app in a container.

export type DockerSubject = Subject & {
  api: EngineApi
  folder: string
  mark: string
  environmentId: string
  openDriver(options?: Partial<DockerDriverOptions>): RuntimeDriver
  /** A workload that runs this JavaScript text. */
  script(text: string, fields?: Partial<Workload>): Workload
  /** Runs a program inside the container of a workload. */
  inside(workload: Pick<Workload, 'name'>, argv: string[]): Promise<{ code: number | null; last: string }>
}

/** The app: serves, is ill while a file named `sick` lies in /tmp, and exits when asked to. */
const APP = `
const { createServer } = require('node:http'); const { existsSync, rmSync, writeFileSync } = require('node:fs'); const { env } = require('node:process')
const server = createServer((request, response) => {
  const exit = /^\\/exit\\/(\\d+)$/.exec(request.url)
  if (exit) return response.end('bye', () => process.exit(Number(exit[1])))
  response.statusCode = existsSync('/tmp/sick') ? 500 : 200
  response.end(JSON.stringify(env))
})
process.on('SIGTERM', () => process.exit(0))
server.listen(Number(env.PORT), '0.0.0.0', () => { console.log('up'); console.error('careful') })
`
const SILENT = `process.on('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1000)`
const WORKS = `
const { existsSync, readFileSync } = require('node:fs')
console.log('up')
process.on('SIGTERM', () => process.exit(143))
setInterval(() => { if (existsSync('/tmp/exit')) process.exit(Number(readFileSync('/tmp/exit', 'utf8'))) }, 10)
`
const CHECK = `if (require('node:fs').existsSync('/tmp/sick')) { console.log('ill'); process.exitCode = 1 }`
const never = new AbortController().signal

export async function makeDockerSubject(options: Partial<DockerDriverOptions> = {}): Promise<DockerSubject> {
  const folder = mkdtempSync(join(tmpdir(), 'docker-runtime-'))
  const mark = testMark()
  const api = options.api ?? testApi()
  const log = pino({ level: process.env.EASEL_TEST_LOG ?? 'silent' })
  const drivers: RuntimeDriver[] = []
  let count = 0

  const openDriver = (more: Partial<DockerDriverOptions> = {}) => {
    const driver = dockerDriver({ api, folder, instanceId: mark, targetId: 'tgt_1', log, programs: [NODE_IMAGE], ...options, ...more })
    drivers.push(driver)
    return driver
  }
  const run = (text: string): Workload['start'] => ({ kind: 'image', image: NODE_IMAGE, entrypoint: null, argv: ['node', '-e', text], cwd: null, pull: null })
  const workload = (kind: AppKind, fields: Partial<Workload> = {}): Workload => {
    const id = `${mark}${++count}`
    const port = fields.port === undefined ? 3000 + count : fields.port
    const start = kind === 'missing' ? { ...run(''), argv: ['no-such-program'] } as Workload['start'] : run({ serves: APP, silent: SILENT, works: WORKS }[kind])
    return {
      name: fields.name ?? `dep-${id}`,
      role: 'service',
      part: '0',
      environmentId: `env_${mark}`,
      serviceId: `svc_${id}`,
      deploymentId: `dep_${id}`,
      generation: 1,
      ...PLAIN,
      start,
      env: port === null ? {} : { PORT: String(port) },
      port,
      health: { kind: 'auto', path: '/', argv: [], intervalMs: 100, timeoutMs: 1_000, failures: 2, successes: 1 },
      ...fields,
    }
  }
  const room = makeRoom({ api, owner: { instanceId: mark, targetId: 'tgt_1' }, folder, log, reach: { kind: 'container' }, pool: '', closing: never, changed: () => undefined })
  const inside = async ({ name }: Pick<Workload, 'name'>, argv: string[]) => {
    const { ending, last } = await execute(room, { container: `easel-${name}`, argv, timeoutMs: 20_000 }, never)
    return { code: ending.code, last }
  }

  return {
    driver: openDriver(),
    api,
    folder,
    mark,
    environmentId: `env_${mark}`,
    openDriver,
    workload,
    script: (text, fields) => ({ ...workload('serves', fields), start: run(text) }),
    inside,
    checkCommand: ['node', '-e', CHECK],
    makeSick: async (app) => void (await inside(app, ['touch', '/tmp/sick'])),
    makeWell: async (app) => void (await inside(app, ['rm', '/tmp/sick'])),
    async exit(app, code) {
      if (app.port === null) await inside(app, ['sh', '-c', `printf ${code} > /tmp/exit.new; mv /tmp/exit.new /tmp/exit`])
      else await inside(app, ['node', '-e', `fetch('http://127.0.0.1:${app.port}/exit/${code}').then((answer) => answer.text()).catch(() => undefined)`])
    },
    async takePort(port) {
      const server = createServer()
      await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
      return () => new Promise((resolve) => server.close(() => resolve()))
    },
    async reopen() {
      await Promise.all(drivers.map((driver) => driver.close()))
      return openDriver()
    },
    async dispose() {
      await Promise.all(drivers.map((driver) => driver.close()))
      await removeMarked(api, `easel.instance=${mark}`)
      rmSync(folder, { recursive: true, force: true })
      if (options.api === undefined) api.close()
    },
  }
}
