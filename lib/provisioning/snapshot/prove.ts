import { readdir, mkdir } from 'node:fs/promises'
import { join } from 'node:path'

import { holdLocks, proofLock, type HeldLock } from '../../db/queries/engine/advisory-lock'
import * as rows from '../../db/queries/engine/snapshots'
import { nodeOfVolume, type SnapshotNode, type SnapshotRow } from '../../db/queries/snapshots'
import { AppError, isAppError } from '../../errors'
import { announce } from '../../events/announce'
import { record } from '../../events/record'
import { COPIES } from '../database/copy/copies'
import type { Engine } from '../engine'
import { keptOf, unpack, verify } from './pack'
import { removeFolder, withServer } from './scratch'
import { removeTrial, tryInContainer } from './trial'
import { homeOf, variablesOf } from './source'
import { storeOf } from './store-of'
import { aboutNode } from './take'
import { asVolume } from './to-volume'
import { unpackInto } from './unpack-into'
import { isCancelled, isForLater, whileWanted, type Attempt } from './while-wanted'

// A trial restore: the snapshot is put into a folder of its own, a server of its own is started on it and reads everything, and
// both go. What is told of it is what was found.

const LOST = 'The platform failed while it was tried. The log of the worker says more.'

/** Restores a snapshot on trial, and writes down what came of it. `busy`: one that was cancelled has not quite ended. */
export async function proveSnapshot(engine: Engine, id: string, attempt: Attempt): Promise<'done' | 'busy'> {
  const lock = await holdLocks(engine.sql, proofLock(id))
  if (!lock) return 'busy'
  try {
    const row = await rows.snapshotById(engine.db, id)
    // What is left of one that was cancelled while nobody worked on it.
    if (row?.status !== 'done' || row.proofAskedAt === null) await removeTrial(engine, { id, environmentId: row?.environmentId ?? null })
    else await proveOne(engine, { row, askedAt: row.proofAskedAt, lock }, attempt)
    return 'done'
  } finally {
    await lock.release()
  }
}

async function proveOne(engine: Engine, { row, askedAt, lock }: { row: SnapshotRow; askedAt: Date; lock: HeldLock }, attempt: Attempt): Promise<void> {
  const node = row.volumeId === null ? null : await nodeOfVolume(engine.db, row.volumeId)
  const tried = { row, node, askedAt }
  try {
    const isWanted = () => rows.isProofWanted(engine.db, row.id, askedAt)
    await tell(engine, tried, { isProven: true, proof: await whileWanted(engine, { id: row.id, attempt, lock, isWanted }, (signal) => tryOut(engine, tried, signal)) })
  } catch (error) {
    if (isCancelled(error)) return
    if (isForLater(error, attempt, isAppError(error))) throw error
    engine.log.warn({ snapshot: row.id, cause: error }, 'a trial restore failed')
    await tell(engine, tried, { isProven: false, proof: isAppError(error) ? error.message : LOST })
  }
}

type Tried = { row: SnapshotRow; node: SnapshotNode | null; askedAt: Date }

async function tryOut(engine: Engine, { row, node }: Tried, signal: AbortSignal): Promise<string> {
  const kept = keptOf(row)
  const store = await storeOf(engine, row)
  await verify(store, { id: row.id, kept }, signal)
  if (!node) throw new AppError('not_now', 'What it was made of is gone. Its bytes are as they were; restore it as a new one to try it.')
  const home = await homeOf(engine, node)
  if (row.engine !== null && home.volumes.where(home.name) === null) return tryInContainer(engine, { row, node, engineName: row.engine, home }, signal)
  const folder = engine.paths.scratch(row.id)
  const version = row.version ?? ''
  const env = await variablesOf(engine, node)
  const fresh = { program: engine.databasePrograms.server, env, version, folder: join(folder, 'fresh'), isOfProcesses: true }
  const volume = join(folder, 'volume')
  try {
    await removeFolder(folder)
    await mkdir(volume, { recursive: true, mode: 0o700 })
    const content = await unpack(store, { id: row.id, kept }, signal)
    await asVolume({ content, contentBytes: kept.contentBytes, format: row.format!, engine: row.engine, version: row.version }, fresh, signal, (tar) => unpackInto(volume, tar, signal))
    if (row.engine === null) return await countFiles(volume)
    const copy = COPIES[row.engine]!
    return await withServer({ program: engine.databasePrograms.server, engine: row.engine, version, volume, env }, signal, (running) => copy.prove(running, signal))
  } finally {
    await removeFolder(folder)
  }
}

async function countFiles(volume: string): Promise<string> {
  const count = (await readdir(volume, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).length
  return `${count.toLocaleString('en')} ${count === 1 ? 'file was' : 'files were'} unpacked.`
}

async function tell(engine: Engine, { row, node, askedAt }: Tried, found: { isProven: boolean; proof: string }): Promise<void> {
  await engine.db.transaction(async (tx) => {
    if (!(await rows.endProof(tx, { id: row.id, askedAt }, { ...found, provenAt: engine.now() }))) return
    const about = node ? aboutNode(node) : { environmentId: row.environmentId }
    await record(tx, 'platform', { ...about, subject: row.sourceName, type: found.isProven ? 'snapshot.proven' : 'snapshot.disproven', data: { snapshot: row.id, message: found.proof } })
    await announce(tx, { kind: 'graph', environmentId: row.environmentId })
  })
}
