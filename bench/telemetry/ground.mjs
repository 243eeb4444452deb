// What measurements of telemetry stand on: a migrated PostgreSQL of their own, and parts of the platform without the rest of it.
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import { build } from 'esbuild'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** Bundles what is exported by these lines of TypeScript, which import from the root of the repository. */
async function load(contents) {
  const outfile = join(root, 'dist', `bench-telemetry-${process.pid}.mjs`)
  await build({ stdin: { contents, resolveDir: root, loader: 'ts' }, outfile, bundle: true, packages: 'external', platform: 'node', format: 'esm', target: 'node20', loader: { '.sh': 'text' }, logLevel: 'warning' })
  try {
    return await import(pathToFileURL(outfile).href)
  } finally {
    rmSync(outfile)
  }
}

/** Runs `work` with a fresh cluster and what `exports` names; both are gone afterwards. */
export async function withGround(exports, work) {
  const parts = await load(`export { startServer } from './lib/supervisor/postgres/server'\nexport { migrate } from './lib/supervisor/migrate'\nexport { connect } from './lib/db/connection'\n${exports}`)
  const folder = mkdtempSync(join(tmpdir(), 'easel-bench-'))
  const directory = join(folder, 'postgres')
  mkdirSync(join(folder, 'data'))
  // As the product sets up its own.
  const server = await parts.startServer({ directory, logFile: join(folder, 'postgres.log'), password: 'bench', database: 'bench', settings: [] })
  try {
    await parts.migrate(server.url, root)
    const database = parts.connect(server.url, { poolSize: 4, name: 'bench' })
    try {
      return await work({ ...parts, database, dataDir: join(folder, 'data'), serverDir: realpathSync(directory) })
    } finally {
      await database.close()
    }
  } finally {
    // As root the cluster may lie where its user can reach it.
    const cluster = realpathSync(directory)
    await server.stop()
    for (const path of [cluster, folder]) rmSync(path, { recursive: true, force: true })
  }
}
