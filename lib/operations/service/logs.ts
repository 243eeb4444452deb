import { serviceLogs } from '../../contract/service'
import { implement } from '../implement'
import { readLog } from './read-log'

export const getServiceLogs = implement(serviceLogs, (ctx, { serviceId, kind, ...range }) => readLog(ctx.db, { serviceId, kind }, range))
