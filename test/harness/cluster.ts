import { readFileSync } from 'node:fs'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import postgres from 'postgres'

import { migrate } from '../../lib/supervisor/migrate'
import { startServer } from '../../lib/supervisor/postgres/server'
import { until } from './until'

/** A PostgreSQL of the test's own, which it may restart. */
export type Cluster = {
  /** Address of a migrated database; copies are made of it. */
  templateUrl: string
  /** A copy of the template. */
  createDatabase(): Promise<{ url: string; drop(): Promise<void> }>
  /** Ends the server as a restart of the machine would, cutting every connection; resolves when it answers again. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/** Starts a cluster with a migrated template database. It is kept running as the supervisor keeps it. */
export async function startCluster(): Promise<Cluster> {
  const folder = await mkdtemp(join(tmpdir(), 'easel-pg-'))
  const directory = join(folder, 'postgres')
  const server = await startServer({
    directory,
    logFile: join(folder, 'postgres.log'),
    password: 'test',
    database: 'easel_template',
    // Nothing here has to survive a power cut.
    settings: ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=400'],
  })
  await migrate(server.url, process.cwd())
  const address = (database: string) => server.url.replace(/\/easel_template$/, `/${database}`)
  const admin = <T>(work: (sql: postgres.Sql) => Promise<T>) => withConnection(address('postgres'), work)
  let made = 0
  return {
    templateUrl: server.url,
    async createDatabase() {
      const name = `easel_${++made}`
      await admin(async (sql) => {
        // Copying needs the template to be alone; two cases may ask at once.
        await sql`select pg_advisory_lock(1)`
        await sql`create database ${sql(name)} template easel_template`
      })
      return { url: address(name), drop: () => admin(async (sql) => void (await sql`drop database if exists ${sql(name)} with (force)`)) }
    },
    async restart() {
      const pid = () => Number(readFileSync(join(directory, 'postmaster.pid'), 'utf8').split('\n')[0])
      const before = pid()
      process.kill(before, 'SIGINT')
      await until('PostgreSQL to answer again', async () => {
        try {
          return pid() !== before && (await admin(async (sql) => (await sql`select 1`).length === 1))
        } catch {
          return false
        }
      })
    },
    async stop() {
      const linked = await realpath(directory)
      await server.stop()
      // As root the cluster may lie where its user can reach it.
      await rm(linked, { recursive: true, force: true })
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function withConnection<T>(url: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {} })
  try {
    return await work(sql)
  } finally {
    await sql.end({ timeout: 5 })
  }
}
