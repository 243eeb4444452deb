import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { pino } from 'pino'

import { dataPaths, type DataPaths } from '../../paths'
import { openCgroups } from '../../process/cgroup'
import { groupMembers } from '../../process/group-members'
import { PLAIN, type AppKind, type Subject } from '../conformance'
import type { RuntimeDriver, Workload } from '../driver'
import { processDriver } from './process-driver'
import { processesOf, runFolder } from './run-folder'
import { writeAtomically } from '../record/write-atomically'

// The process runtime as a subject of tests: a data folder of its own and a small app that does what it is told.

export type ProcessSubject = Subject & {
  paths: DataPaths
  /** A workload that runs this JavaScript text. */
  script(text: string, fields?: Partial<Workload>): Promise<Workload>
  openDriver(): RuntimeDriver
}

/** The app: serves, is ill while a file named `sick` lies next to it, and exits when asked to. */
const APP = `
const { createServer } = require('node:http'); const { existsSync } = require('node:fs'); const { env } = require('node:process')
const server = createServer((request, response) => {
  const exit = /^\\/exit\\/(\\d+)$/.exec(request.url)
  if (exit) return response.end('bye', () => process.exit(Number(exit[1])))
  response.statusCode = existsSync(env.SICK_FILE) ? 500 : 200
  response.end(JSON.stringify(env))
})
server.listen(Number(env.PORT), '127.0.0.1', () => { console.log('up'); console.error('careful') })
`
const SILENT = 'setInterval(() => {}, 1000)'
const WORKS = `
const { existsSync, readFileSync } = require('node:fs'); const { env } = require('node:process')
console.log('up')
setInterval(() => { if (existsSync(env.EXIT_FILE)) process.exit(Number(readFileSync(env.EXIT_FILE, 'utf8'))) }, 10)
`
const CHECK = `if (require('node:fs').existsSync(require('node:process').env.SICK_FILE)) { console.log('ill'); process.exitCode = 1 }`

let count = 0

// Below the ports that the system hands out by itself. Test files that run side by side have some each, and a port is
// not tried again soon: to listen on it for a moment, only to see, would be in the way of another.
const PORTS_EACH = 1_000
const place = Number((import.meta.env as unknown as Record<string, string>).VITEST_POOL_ID ?? 1)
const firstPort = 21_000 + ((place - 1) % 8) * PORTS_EACH
let tried = Math.floor(Math.random() * PORTS_EACH)

/** A port nobody listens on now. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = firstPort + (tried++ % PORTS_EACH)
    const free = await new Promise<boolean>((resolve) => {
      const server = createServer()
      server.once('error', () => resolve(false))
      server.listen(port, () => server.close(() => resolve(true)))
    })
    if (free) return port
  }
}

export async function makeProcessSubject(staticServer = 'static-server.mjs', parent = tmpdir()): Promise<ProcessSubject> {
  const root = await mkdtemp(join(parent, 'process-runtime-'))
  const paths = dataPaths(join(root, 'data'))
  const ports = await Promise.all(Array.from({ length: 6 }, freePort))
  const drivers: RuntimeDriver[] = []
  const names = new Set<string>()
  writeFileSync(join(root, 'app.cjs'), APP)
  writeFileSync(join(root, 'silent.cjs'), SILENT)
  writeFileSync(join(root, 'works.cjs'), WORKS)
  writeFileSync(join(root, 'check.cjs'), CHECK)
  const log = pino({ level: 'silent' })

  const openDriver = () => {
    const driver = processDriver({ paths, log, platformEntry: { staticServer }, cgroups: openCgroups(log) })
    drivers.push(driver)
    return driver
  }
  const sickFile = (name: string) => join(root, `${name}.sick`)
  const exitFile = (name: string) => join(root, `${name}.exit`)
  const workload = (kind: AppKind, fields: Partial<Workload> = {}): Workload => {
    const id = ++count
    const name = fields.name ?? `dep-${id}`
    const port = fields.port === undefined ? ports.pop()! : fields.port
    names.add(name)
    const program = { serves: ['node', 'app.cjs'], silent: ['node', 'silent.cjs'], works: ['node', 'works.cjs'], missing: ['no-such-program'] }[kind]
    return {
      name,
      role: 'service',
      part: '0',
      environmentId: 'env_1',
      serviceId: `svc_${id}`,
      deploymentId: `dep_${id}`,
      generation: 1,
      ...PLAIN,
      start: { kind: 'command', argv: program, cwd: root },
      env: { ...(port === null ? {} : { PORT: String(port) }), SICK_FILE: sickFile(name), EXIT_FILE: exitFile(name) },
      port,
      health: { kind: 'auto', path: '/', argv: [], intervalMs: 100, timeoutMs: 1_000, failures: 2, successes: 1 },
      ...fields,
    }
  }

  return {
    driver: openDriver(),
    paths,
    openDriver,
    workload,
    async script(text, fields) {
      const made = workload('serves', fields)
      mkdirSync(root, { recursive: true })
      writeFileSync(join(root, `${made.name}.cjs`), text)
      return { ...made, start: { kind: 'command', argv: ['node', `${made.name}.cjs`], cwd: root } }
    },
    checkCommand: ['node', 'check.cjs'],
    makeSick: async ({ name }) => writeFileSync(sickFile(name), ''),
    makeWell: async ({ name }) => rmSync(sickFile(name)),
    async exit({ name, port }, code) {
      if (port !== null) await (await fetch(`http://127.0.0.1:${port}/exit/${code}`)).text()
      else writeAtomically(exitFile(name), String(code))
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
      const driver = openDriver()
      for (const name of names) await driver.remove({ name, environmentId: '', serviceId: '', deploymentId: '' }, 500, new AbortController().signal)
      await Promise.all(drivers.map((each) => each.close()))
      const left = [...names].flatMap((name) => groupMembers(processesOf(runFolder(paths, name), null)))
      rmSync(root, { recursive: true, force: true })
      if (left.length > 0) throw new Error(`Left running: ${left.map((member) => member.pid).join(', ')}`)
    },
  }
}
