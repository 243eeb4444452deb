import { runLogs } from '../../contract/run'
import { implement } from '../implement'
import { readLog } from '../service/read-log'

export const getRunLogs = implement(runLogs, (ctx, { runId, ...range }) => readLog(ctx.db, { runId }, range))
