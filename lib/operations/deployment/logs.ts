import { deploymentLogs } from '../../contract/deployment'
import { implement } from '../implement'
import { readLog } from '../service/read-log'

export const getDeploymentLogs = implement(deploymentLogs, (ctx, { deploymentId, kind, ...range }) => readLog(ctx.db, { deploymentId, kind }, range))
