import { rm } from 'node:fs/promises'

import { deploymentLock, tryLock } from '../../db/queries/engine/advisory-lock'
import * as deployments from '../../db/queries/engine/deployments'
import type { EnvironmentRows, ServiceRow } from '../../db/queries/engine/desired'
import * as cursors from '../../db/queries/engine/log-cursors'
import { addressesOfService, filesOfService, isFetched, removeService } from '../../db/queries/engine/removal'
import * as workloads from '../../db/queries/engine/workloads'
import { announce } from '../../events/announce'
import { record } from '../../events/record'
import { forgetImages } from '../deploy/image/forget'
import type { TargetEngine } from '../engine'
import { mirrorPath } from '../source/git-mirror'
import { concerning } from './facts'

const FORGET_MS = 10_000

/**
 * Removes what is left of a service of which nothing runs: builds, caches, copies of repositories that nobody
 * else uses, ports, rows. Events stay, and lines of its log for as long as lines are kept. Answers false
 * when a build is still being ended; then the next look goes on.
 */
export async function forgetService(engine: TargetEngine, rows: EnvironmentRows, service: ServiceRow): Promise<boolean> {
  const { db, paths } = engine
  await deployments.cancelProgressing(db, service.id, engine.now())
  const { deploymentIds, artifactIds } = await filesOfService(db, service.id)
  for (const id of deploymentIds) {
    const lock = await tryLock(engine.sql, deploymentLock(id))
    if (!lock) return false
    await lock.release()
    await rm(paths.build(id), { recursive: true, force: true })
  }
  for (const id of artifactIds) await rm(paths.artifact(id), { recursive: true, force: true })
  await forgetImages(engine, service)
  await rm(paths.cache(service.id), { recursive: true, force: true })
  await rm(paths.inspection(service.id), { recursive: true, force: true })

  await engine.driver.forget(service.id, AbortSignal.timeout(FORGET_MS))
  const addresses = await addressesOfService(db, service.id)
  await engine.at?.('step:forget:during')

  await db.transaction(async (tx) => {
    if (!(await removeService(tx, service.id, service.generation))) return
    await cursors.removeOfService(tx, service.id)
    await workloads.removeOfService(tx, service.environmentId, service.id)
    await record(tx, 'platform', { ...concerning(rows, service, null), type: 'service.removed' })
    await announce(tx, { kind: 'graph', environmentId: service.environmentId })
  })
  for (const url of addresses) if (!(await isFetched(db, url))) await rm(mirrorPath(paths.repositories, url), { recursive: true, force: true })
  return true
}
