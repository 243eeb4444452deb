import { serviceGet } from '../../contract/service'
import { implement } from '../implement'
import { serviceView } from './view'

export const getService = implement(serviceGet, (ctx, { serviceId }) => serviceView(ctx, serviceId))
