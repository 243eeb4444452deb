import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { startServer } from '../../lib/supervisor/postgres/server'
import { migrate } from '../../lib/supervisor/migrate'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Address of the migrated template database; test files copy it. */
    templateUrl: string
  }
}

type Project = { provide(key: 'templateUrl', value: string): void }

/** One real PostgreSQL for the run, with a migrated template database. */
export default async function setup(project: Project): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'easel-test-'))
  const server = await startServer({
    directory: join(folder, 'postgres'),
    logFile: join(folder, 'postgres.log'),
    password: 'test',
    database: 'easel_template',
    // Nothing here has to survive a power cut.
    settings: ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200'],
  })
  await migrate(server.url, process.cwd())
  project.provide('templateUrl', server.url)
  return async () => {
    // As root the cluster may lie where its user can reach it.
    const cluster = await realpath(join(folder, 'postgres'))
    await server.stop()
    await rm(cluster, { recursive: true, force: true })
    await rm(folder, { recursive: true, force: true })
  }
}
