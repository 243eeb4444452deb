import type { SnapshotNode } from '../../db/queries/snapshots'
import { ENGINES, type EngineName } from '../../domain/engine/engines'
import { takesOwnLogin } from '../../domain/snapshot'
import { hasNetwork, type TargetKind } from '../../domain/target'
import type { Reason } from '../../domain/service-can'

const MASKED: readonly EngineName[] = ['postgres', 'mariadb']

/** Why no copy of it can be put into another environment, whatever it is a copy of. */
export function whyNotPutElsewhere({ database, service, volume }: SnapshotNode, kind: TargetKind): Reason {
  if (!database || !hasNetwork(kind) || takesOwnLogin(database.engine)) return null
  return `In containers, a copy of ${ENGINES[database.engine].word} is its files, which hold the passwords of ${service?.name ?? volume.name}; the new database has others. Let it begin empty.`
}

/** Why it cannot be copied as it is now. */
export function whyNotCopied(node: SnapshotNode, kind: TargetKind): Reason {
  if (node.volume.madeAt === null) return `There is nothing in ${node.service?.name ?? node.volume.name} yet: it is made with the first deployment that uses it.`
  return whyNotPutElsewhere(node, kind)
}

/** Why nothing in it can be masked. */
export function whyNotMasked({ database }: SnapshotNode, kind: TargetKind): Reason {
  if (!database) return 'Only columns of a database can be masked.'
  if (!MASKED.includes(database.engine)) return `Columns of ${ENGINES[database.engine].word} cannot be masked.`
  return hasNetwork(kind) ? 'Columns can be masked only where databases run as processes of the machine.' : null
}
