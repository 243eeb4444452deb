import type { Ctx, UploadOrder } from '../context'

/** What opens with this context is an order for a worker. */
export const UPLOAD_ORDER = 'upload-order'
const ORDER_MS = 3_600_000

/** An order that a worker takes an archive for, as often as it is sent within the hour. */
export function sealUploadOrder({ seal, now }: Pick<Ctx, 'seal' | 'now'>, uploadId: string): { ticket: string; expiresAt: string } {
  const order: UploadOrder = { uploadId, expiresAt: new Date(now().getTime() + ORDER_MS).toISOString() }
  return { ticket: seal.seal(JSON.stringify(order), UPLOAD_ORDER), expiresAt: order.expiresAt }
}
