import { chown, lstat, mkdir, open, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { z } from 'zod'

import { databaseWords, ENGINE_NAMES, isSameLine, type EngineName } from '../../domain/engine/engines'
import type { RunAs } from '../../supervisor/postgres/run-as'
import type { Step } from './recipe'

// The volume of a database that runs as a process:
//
//   data/             the engine's own folder, whole from the moment it has this name
//   data/easel.json   what made it
//   data.partial/     being set up; what was killed in the middle is begun anew
//   temporary/        emptied at every start
//
// A folder that holds anything else is somebody's data, and is left alone.

export const MARK = 'easel.json'
/** In the data folder: it was put there from a snapshot, and its server has not been started since. */
export const RESTORED = 'easel-restored'
const OURS = ['data', 'data.partial', 'temporary', 'lost+found']

const Mark = z.object({ engine: z.enum(ENGINE_NAMES), version: z.string() })

/** What says whose data a folder holds. */
export function markOf(made: z.infer<typeof Mark>): string {
  return `${JSON.stringify(made)}\n`
}

export type DatabaseFolder = { data: string; temporary: string }

type Making = { volume: string; engine: EngineName; version: string; runAs: RunAs | null; steps(folder: DatabaseFolder): Step[]; carryOut(step: Step, data: string): Promise<void> }

/** The folder of a database, made when the volume is empty. Throws an Error with a sentence for data that is not of this engine and line. */
export async function openFolder(making: Making): Promise<DatabaseFolder> {
  const { volume, runAs } = making
  const temporary = join(volume, 'temporary')
  await own(volume, runAs)
  await rm(temporary, { recursive: true, force: true })
  await mkdir(temporary, { mode: 0o700 })
  await own(temporary, runAs)
  const data = join(volume, 'data')
  if (await exists(data)) await demandOwn(making, data)
  else await make(making, { data, temporary })
  return { data, temporary }
}

async function make(making: Making, { data, temporary }: DatabaseFolder): Promise<void> {
  const { volume, engine, version, runAs, steps, carryOut } = making
  const strange = (await readdir(volume)).filter((name) => !OURS.includes(name))
  if (strange.length > 0) throw new Error(`The volume is not empty and holds no database: ${strange.slice(0, 5).join(', ')}. Nothing in it was touched. Attach an empty volume, or move these files away.`)
  const partial = `${data}.partial`
  await rm(partial, { recursive: true, force: true })
  await mkdir(partial, { mode: 0o700 })
  await own(partial, runAs)
  for (const step of steps({ data: partial, temporary })) await carryOut(step, partial)
  const mark = join(partial, MARK)
  await writeFile(mark, markOf({ engine, version }), { mode: 0o600 })
  await own(mark, runAs)
  await sync(mark)
  await rename(partial, data)
  await sync(volume)
}

async function demandOwn({ engine, version, runAs }: Making, data: string): Promise<void> {
  const mark = Mark.safeParse(parsed(await readFile(join(data, MARK), 'utf8').catch(() => '')))
  if (!mark.success) throw new Error('The volume holds a data folder that does not say what made it. Nothing in it was touched. Restore a snapshot into a new database, or attach another volume.')
  const found = mark.data
  if (found.engine === engine && isSameLine(engine, found.version, version)) return ownTree(data, runAs)
  throw new Error(
    `The volume holds the data of ${databaseWords(found)}, which ${databaseWords({ engine, version })} cannot use. Nothing in it was touched. Go back to ${databaseWords(found)}; to move the data, take a snapshot there and restore it into a new database.`,
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

async function own(path: string, runAs: RunAs | null): Promise<void> {
  if (runAs) await chown(path, runAs.uid, runAs.gid)
}

/** After a restore, files may belong to whoever had that number where they came from. */
async function ownTree(folder: string, runAs: RunAs | null): Promise<void> {
  if (!runAs || (await lstat(folder)).uid === runAs.uid) return
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) await own(join(entry.parentPath, entry.name), runAs)
  }
  // Last, so that a start after one that was ended in between does it again.
  await own(folder, runAs)
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r')
  await handle.sync().finally(() => handle.close())
}

function exists(path: string): Promise<boolean> {
  return lstat(path).then(() => true, () => false)
}
