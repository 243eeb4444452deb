import { serviceStop } from '../../contract/service'
import { canStop } from '../../domain/service-can'
import { implement } from '../implement'
import { changeDesired } from './change-desired'

/** The process goes; address, port and deployments stay. A version on its way is cancelled by the worker. */
export const stopService = implement(serviceStop, (ctx, { serviceId }) => changeDesired(ctx, serviceId, { desired: 'stopped', rule: canStop, event: 'service.stopped' }))
