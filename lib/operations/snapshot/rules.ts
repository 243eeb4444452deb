import type { Db } from '../../db/connection'
import { openOf, openRestore, type SnapshotNode } from '../../db/queries/snapshots'
import type { Reason } from '../../domain/service-can'

/** Why no snapshot can be taken of it now. */
export async function whyNotTaken(db: Db, { volume, service }: SnapshotNode): Promise<Reason> {
  const name = service?.name ?? volume.name
  if (volume.madeAt === null) return `There is nothing in ${name} yet: it is made with the first deployment that uses it.`
  if (await openOf(db, volume.id)) return `A snapshot of ${name} is being taken already.`
  return (await openRestore(db, { volumeId: volume.id })) ? `${name} is being restored. Wait until that has ended.` : null
}
