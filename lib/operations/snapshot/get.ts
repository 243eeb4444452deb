import { snapshotGet } from '../../contract/snapshot'
import { implement } from '../implement'
import { snapshotView } from './view'

export const getSnapshot = implement(snapshotGet, (ctx, { snapshotId }) => snapshotView(ctx.db, snapshotId))
