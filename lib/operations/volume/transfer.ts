import { TRANSFER_PATH, volumeTransfer } from '../../contract/volume'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { demandVolume, sealOrder } from './order'

/** Content goes past the operations, as a stream between whoever has the address and a worker. */
export const transferFile = implement(volumeTransfer, async (ctx, { volumeId, action, path }) => {
  const volume = await demandVolume(ctx, volumeId)
  const { ticket, expiresAt } = sealOrder(ctx, volume, { action, path })
  await recordHere(ctx, { type: action === 'read' ? 'volume.file_read' : 'volume.file_written', subject: volume.name, data: { path } })
  return { path: `${TRANSFER_PATH}/${ticket}`, expiresAt }
})
