import { cancelBeforeDeployments } from '../../db/queries/snapshots'
import { announce } from '../../events/announce'
import type { ScopedCtx } from '../context'

/** Ends what is copied before deployments that nobody wants any more. */
export async function cancelSnapshotsBefore({ db, now }: Pick<ScopedCtx, 'db' | 'now'>, deploymentIds: readonly string[]): Promise<void> {
  for (const id of await cancelBeforeDeployments(db, deploymentIds, now())) await announce(db, { kind: 'cancel', id })
}
