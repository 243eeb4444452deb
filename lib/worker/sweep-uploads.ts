import { rm } from 'node:fs/promises'

import { withLock } from '../db/queries/engine/advisory-lock'
import { keptDigests, removeUnused } from '../db/queries/uploads'
import type { Engine } from '../provisioning/engine'
import { archivePath, oldFiles } from '../provisioning/source/upload/store'

/** Held while an archive gets its name and its row, and while those without a row are removed. */
export const UPLOADS_LOCK = 'uploads'
/** How long what nothing is made of stays: whoever sent it may still be about to use it. */
const UNUSED_MS = 3_600_000

/** Removes uploads that nothing refers to any more, and files that are of none: their project is gone, or a worker died over them. */
export async function sweepUploads({ db, sql, paths, now, log }: Pick<Engine, 'db' | 'sql' | 'paths' | 'now' | 'log'>, signal: AbortSignal, byAge = true): Promise<void> {
  if (byAge) {
    const removed = await removeUnused(db, new Date(now().getTime() - UNUSED_MS))
    if (removed.length > 0) log.info({ removed }, 'removed uploads that nothing refers to')
  }
  const { digests, partials } = await oldFiles(paths.uploads)
  for (const path of partials) await rm(path, { force: true })
  if (digests.length === 0) return
  await withLock(sql, { name: UPLOADS_LOCK, signal }, async () => {
    const kept = await keptDigests(db, digests)
    for (const digest of digests.filter((each) => !kept.has(each))) {
      log.info({ digest }, 'removing an archive that belongs to no upload')
      await rm(archivePath(paths.uploads, digest), { force: true })
    }
  })
}
