import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

import * as rows from '../db/queries/engine/snapshots'
import { insert, nodeOfVolume, openOf, type PlanRow } from '../db/queries/snapshots'
import { lastDue } from '../domain/schedule'
import { announce } from '../events/announce'
import { record } from '../events/record'
import { newId } from '../ids'
import { removeStrayCopies, resumeBranches } from '../provisioning/branch/branch'
import type { Engine } from '../provisioning/engine'
import { failRestore } from '../provisioning/snapshot/restore'
import { aboutNode, fail } from '../provisioning/snapshot/take'
import { PARTIAL } from '../provisioning/snapshot/disk-store'
import { enqueue } from '../queue/jobs'

/** A snapshot that comes due while nobody looks is made up for within this time. */
const MISSED_MS = 3_600_000
const INTERRUPTED = 'The platform was stopped again and again while it worked on this. Try it again.'

/** Asks for what is due by the plans, and ends what nobody works on any more. */
export async function planSnapshots(engine: Engine): Promise<void> {
  for (const plan of await rows.plans(engine.db)) {
    await Promise.all([askWhenDue(engine, plan), drillWhenDue(engine, plan)]).catch((cause: unknown) => engine.log.warn({ volume: plan.volumeId, cause }, 'a planned snapshot could not be asked for, will try again'))
  }
  const lost = await rows.abandoned(engine.db)
  for (const id of lost.restores) await failRestore(engine, id, INTERRUPTED)
  for (const id of lost.snapshots) {
    const row = await rows.snapshotById(engine.db, id)
    if (row) await fail(engine, row, INTERRUPTED)
  }
  await resumeBranches(engine)
  await removeStrayCopies(engine)
}

async function askWhenDue({ db, now }: Engine, plan: PlanRow): Promise<void> {
  const dueAt = lastDue(plan.schedule, plan.timeZone, { after: plan.dueAt, until: now() })
  if (dueAt === null) return
  await db.transaction(async (tx) => {
    if (!(await rows.noteDue(tx, plan.volumeId, { what: 'dueAt', from: plan.dueAt, to: dueAt }))) return
    const node = await nodeOfVolume(tx, plan.volumeId)
    const isLate = now().getTime() - dueAt.getTime() > MISSED_MS
    // Nothing is in it yet, or one is being made already.
    if (!node || isLate || node.volume.madeAt === null || (await openOf(tx, plan.volumeId))) return
    const snapshotId = newId('snapshot')
    const { environmentId, volume, service } = node
    await insert(tx, { id: snapshotId, environmentId, volumeId: volume.id, serviceId: service?.id ?? null, sourceName: service?.name ?? volume.name, trigger: 'schedule', storeId: plan.storeId, createdAt: now() })
    await enqueue(tx, { task: 'take-snapshot', snapshotId, environmentId })
    await record(tx, 'platform', { ...aboutNode(node), type: 'snapshot.queued', data: { snapshot: snapshotId } })
    await announce(tx, { kind: 'graph', environmentId })
  })
}

/** Has the newest one restored on trial. */
async function drillWhenDue({ db, now }: Engine, { volumeId, drillSchedule, drillDueAt, timeZone }: PlanRow): Promise<void> {
  const dueAt = drillSchedule === null ? null : lastDue(drillSchedule, timeZone, { after: drillDueAt, until: now() })
  if (dueAt === null) return
  await db.transaction(async (tx) => {
    if (!(await rows.noteDue(tx, volumeId, { what: 'drillDueAt', from: drillDueAt, to: dueAt }))) return
    const newest = await rows.newestDone(tx, volumeId)
    if (!newest || newest.proofAskedAt !== null) return
    await rows.noteProof(tx, newest.id, { proofAskedAt: now() })
    await enqueue(tx, { task: 'prove-snapshot', snapshotId: newest.id, environmentId: newest.environmentId })
    await announce(tx, { kind: 'graph', environmentId: newest.environmentId })
  })
}

/** Removes files of snapshots that are gone with their environment, and what is left of restores that have ended. */
export async function removeStraySnapshots({ db, paths, log }: Engine): Promise<void> {
  const files = await readdir(paths.snapshots).catch(() => [])
  const idOf = (name: string) => name.replace(PARTIAL, '')
  const known = await rows.existing(db, files.map(idOf))
  const stray = files.filter((name) => name.startsWith('snp_') && !known.has(idOf(name))).map((name) => join(paths.snapshots, name))
  for (const id of await readdir(paths.scratches).catch(() => [])) {
    const status = (await rows.restoreById(db, id))?.status
    if ((await rows.snapshotById(db, id))?.proofAskedAt) continue
    if (status !== 'running' && status !== 'replacing' && status !== 'queued') stray.push(paths.scratch(id))
  }
  for (const path of stray) {
    log.info({ path }, 'removing what a snapshot left')
    await rm(path, { recursive: true, force: true })
  }
}
