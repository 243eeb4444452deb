import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import postgres from 'postgres'

import { dataPaths, type DataPaths } from '../../lib/provisioning/paths'
import { startCluster } from '../harness/cluster'
import { linesAbout, startProgram, type Program } from '../harness/programs'
import { restOfOwner, type Rest } from '../harness/rest'
import { sampleRepository } from '../harness/sample-repository'

// One database, one data folder and one ingress, with two workers and two web processes: the product's own programs, as
// `npm run build` makes them.

export type House = {
  sql: postgres.Sql
  dataDir: string
  paths: DataPaths
  repository: string
  ingressPort: number
  rest: Rest
  /** SIGKILL for one worker, and another one in its place. */
  replaceWorker(index: number): Promise<void>
  /** Programs of the control plane that run now. */
  pids(): number[]
  /** How programs have ended that nobody had ended. */
  fallen(): string[]
  logFiles: string[]
  close(): Promise<void>
}

const PORTS = { ingress: 24_900, web: [24_901, 24_902], workloads: '24910-24999' }

export async function openHouse(): Promise<House> {
  const folder = await mkdtemp(join(tmpdir(), 'easel-chaos-'))
  const dataDir = join(folder, 'data')
  const cluster = await startCluster()
  const { url } = await cluster.createDatabase()
  const sql = postgres(url, { max: 3, onnotice: () => {} })
  const logFiles: string[] = []
  const fallen: string[] = []
  const common = {
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    DATABASE_URL: url,
    EASEL_DATA_DIR: dataDir,
    EASEL_INGRESS_PORT: String(PORTS.ingress),
    EASEL_WORKLOAD_PORTS: PORTS.workloads,
    EASEL_LOCAL_SOURCES: 'true',
    EASEL_SESSION_KEY: randomBytes(32).toString('hex'),
    EASEL_ENCRYPTION_KEY: randomBytes(32).toString('hex'),
  }
  const start = (program: string, name: string, more: Record<string, string> = {}): Program => {
    const logFile = join(folder, `${name}.log`)
    if (!logFiles.includes(logFile)) logFiles.push(logFile)
    return startProgram({ file: join(process.cwd(), 'dist', `${program}.mjs`), env: { ...common, EASEL_PROCESS: name, ...more }, logFile, onFall: (how) => fallen.push(`${name}: ${how}`) })
  }
  const ingress = start('ingress', 'ingress')
  await ingress.ready
  const workers = [0, 1].map((index) => start('worker', `worker-${index}`))
  const webs = PORTS.web.map((port, index) => start('web', `web-${index}`, { PORT: String(port), NEXTAUTH_URL: `http://127.0.0.1:${port}` }))
  await Promise.all([...workers, ...webs].map((program) => program.ready))
  const addresses = PORTS.web.map((port) => `http://127.0.0.1:${port}`)
  return {
    sql,
    dataDir,
    paths: dataPaths(dataDir),
    repository: sampleRepository(join(folder, 'repository')),
    ingressPort: PORTS.ingress,
    rest: explained(await restOfOwner(addresses), logFiles),
    async replaceWorker(index) {
      await workers[index]!.kill()
      workers[index] = start('worker', `worker-${index}`)
      await workers[index].ready
    },
    pids: () => [ingress, ...workers, ...webs].map(({ pid }) => pid),
    fallen: () => fallen,
    logFiles,
    async close() {
      await Promise.all([...webs, ...workers].map((program) => program.stop()))
      await ingress.stop()
      await sql.end({ timeout: 5 })
      await cluster.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** An answer that is an error is told with what the logs say about it. */
function explained(rest: Rest, logFiles: readonly string[]): Rest {
  return {
    send: (method, path, body) =>
      rest.send(method, path, body).catch((error: Error) => {
        throw new Error(`${error.message}\n${linesAbout(error, logFiles)}`, { cause: error })
      }),
  }
}
