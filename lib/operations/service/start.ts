import { serviceStart } from '../../contract/service'
import { canStart } from '../../domain/service-can'
import { implement } from '../implement'
import { changeDesired } from './change-desired'

/** Runs the version again that was healthy last. */
export const startService = implement(serviceStart, (ctx, { serviceId }) => changeDesired(ctx, serviceId, { desired: 'running', rule: canStart, event: 'service.started' }))
