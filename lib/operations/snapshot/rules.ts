import type { Db } from '../../db/connection'
import { find as findEnvironment } from '../../db/queries/environments'
import { openOf, openRestore, type SnapshotNode } from '../../db/queries/snapshots'
import { lock as lockStore } from '../../db/queries/stores'
import type { EngineName } from '../../domain/engine/engines'
import type { Reason } from '../../domain/service-can'
import { whyNotTriedInContainers } from '../../domain/snapshot'
import { hasNetwork } from '../../domain/target'
import { notFound } from '../../errors'
import type { ScopedCtx } from '../context'

/** Why no snapshot can be taken of it now. */
export async function whyNotTaken(db: Db, { volume, service }: SnapshotNode): Promise<Reason> {
  const name = service?.name ?? volume.name
  if (volume.madeAt === null) return `There is nothing in ${name} yet: it is made with the first deployment that uses it.`
  if (await openOf(db, volume.id)) return `A snapshot of ${name} is being taken already.`
  return (await openRestore(db, { volumeId: volume.id })) ? `${name} is being restored. Wait until that has ended.` : null
}

/** Why a snapshot of it cannot be tried. */
export async function whyNotTried(ctx: Pick<ScopedCtx, 'db'>, { environmentId, engine }: { environmentId: string; engine: EngineName | null }): Promise<Reason> {
  const environment = await findEnvironment(ctx.db, environmentId)
  return environment && hasNetwork(environment.target.kind) ? whyNotTriedInContainers(engine) : null
}

/** Refuses a store that is not of this organization, and holds it so that nobody deletes it meanwhile. Null is the disk. */
export async function demandStore({ db, scope }: Pick<ScopedCtx, 'db' | 'scope'>, storeId: string | null): Promise<void> {
  if (storeId !== null && !(await lockStore(db, scope.organizationId, storeId, 'share'))) throw notFound('store')
}
