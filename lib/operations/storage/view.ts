import type { DiskView, StorageView } from '../../contract/storage'
import { namesOf, type StorageRow } from '../../db/queries/storage'
import { diskWarning, type Disk } from '../../domain/storage'
import type { ScopedCtx } from '../context'

/** What rows say, with the names of the services of this organization only. */
export async function storageViews(ctx: Pick<ScopedCtx, 'db' | 'scope'>, rows: readonly StorageRow[]): Promise<StorageView[]> {
  const ids = rows.flatMap(({ seen }) => (seen?.surplus ?? []).map(({ serviceId }) => serviceId))
  const names = await namesOf(ctx.db, ctx.scope.organizationId, [...new Set(ids)])
  return rows.map((row) => viewOf(row, names))
}

function viewOf({ target, at, cleanAskedAt, seen }: StorageRow, names: ReadonlyMap<string, string>): StorageView {
  return {
    target,
    at: at?.toISOString() ?? null,
    imagesBytes: seen?.imagesBytes ?? 0,
    cacheBytes: seen?.cacheBytes ?? 0,
    budgetBytes: seen?.budgetBytes ?? null,
    cleansCache: seen?.cleansCache ?? false,
    surplus: (seen?.surplus ?? []).map(({ id, serviceId, sizeBytes, createdAt, why }) => {
      const name = names.get(serviceId)
      return { id, service: name === undefined ? null : { id: serviceId, name }, sizeBytes, createdAt, why }
    }),
    disk: seen?.disk ? diskView(seen.disk) : null,
    cleaned: seen?.cleaned ?? null,
    isBeingCleaned: cleanAskedAt !== null,
  }
}

export function diskView(disk: Disk): DiskView {
  return { ...disk, warning: diskWarning(disk) }
}
