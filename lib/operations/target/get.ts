import { targetGet } from '../../contract/target'
import { implement } from '../implement'
import { targetView } from './view'

export const getTarget = implement(targetGet, (ctx, { targetId }) => targetView(ctx, targetId))
