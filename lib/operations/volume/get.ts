import { volumeGet } from '../../contract/volume'
import { implement } from '../implement'
import { volumeView } from './view'

export const getVolume = implement(volumeGet, (ctx, { volumeId }) => volumeView(ctx.db, volumeId))
