import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { kept, withSpentBuilds } from '../db/queries/engine/artifacts'
import { removeOldAlerts } from '../db/queries/engine/alerts'
import { existingServices, progressingOf, removeExpired, removeTrafficOfGone } from '../db/queries/engine/housekeeping'
import { removeOldMetrics } from '../db/queries/engine/metric-chunks'
import { removeMetricsOfGone } from '../db/queries/engine/metrics'
import { forgetForeign, freeAbandoned } from '../db/queries/engine/ports'
import { removeExpiredTickets } from '../db/queries/engine/terminals'
import { removeSpentJobs } from '../db/queries/engine/spent-jobs'
import { sweepEnclosures } from '../provisioning/deploy/enclosure'
import type { Engine } from '../provisioning/engine'
import { pruneArtifacts } from '../provisioning/reconcile/prune-artifacts'
import { makePartitions, removeLinesOfGone, removeOldLines } from '../telemetry/retention'
import { removeStraySnapshots } from './plan-snapshots'

const SERVICES_AT_ONCE = 200
const FOREIGN_MS = 10 * 60_000
const ALERTS_MS = 90 * 24 * 3_600_000
const DELIVERIES_MS = 30 * 24 * 3_600_000
/** Folders younger than this may belong to something that is just beginning. */
const YOUNG_MS = 15 * 60_000

/** Removes what is past its time: expired rows, old log lines, ports found taken, jobs and folders that belong to nothing. `byAge`: whether the clock can be believed. */
export async function keepHouse(engine: Engine, byAge = true): Promise<void> {
  const { db, now } = engine
  if (byAge) await removeAged(engine)
  await removeLinesOfGone(db)
  await forgetForeign(db, new Date(now().getTime() - FOREIGN_MS))
  await freeAbandoned(db)
  await removeSpentJobs(db)
  await removeTrafficOfGone(db)
  await removeMetricsOfGone(db)
  // Whoever should have done it may have died.
  for (const serviceId of await withSpentBuilds(db, SERVICES_AT_ONCE)) await pruneArtifacts(engine, serviceId)
  await removeFolders(engine)
  await removeStraySnapshots(engine)
  sweepEnclosures(engine)
}

async function removeAged({ db, now, config }: Engine): Promise<void> {
  await removeExpired(db, now())
  await removeExpiredTickets(db, now())
  await makePartitions(db, now(), config.logDays)
  await removeOldLines(db, now(), config.logDays)
  await removeOldMetrics(db, now())
  await removeOldAlerts(db, { alerts: new Date(now().getTime() - ALERTS_MS), deliveries: new Date(now().getTime() - DELIVERIES_MS) })
}

async function removeFolders({ db, paths, log }: Engine): Promise<void> {
  const builds = await oldFolders(paths.builds)
  const progressing = await progressingOf(db, builds)
  const artifacts = await oldFolders(paths.artifacts)
  const wanted = await kept(db, artifacts)
  const caches = await oldFolders(join(paths.builds, '..', 'caches'))
  const services = await existingServices(db, caches)
  const surplus = [
    ...builds.filter((id) => !progressing.has(id)).map(paths.build),
    ...artifacts.filter((id) => !wanted.has(id)).map(paths.artifact),
    ...caches.filter((id) => !services.has(id)).map(paths.cache),
  ]
  for (const path of surplus) {
    log.info({ path }, 'removing a folder that belongs to nothing')
    await rm(path, { recursive: true, force: true })
  }
}

async function oldFolders(path: string): Promise<string[]> {
  const names = await readdir(path).catch(() => [])
  const old: string[] = []
  for (const name of names) {
    const found = await stat(join(path, name)).catch(() => null)
    if (found && Date.now() - found.mtimeMs > YOUNG_MS) old.push(name)
  }
  return old
}
