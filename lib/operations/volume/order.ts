import type { PlacedVolume } from '../../db/queries/volumes'
import { find } from '../../db/queries/volumes'
import { AppError, notFound } from '../../errors'
import { newId } from '../../ids'
import type { Ctx, FileOrder } from '../context'

/** What opens with this context is an order for a worker. */
export const FILE_ORDER = 'file-order'
const ORDER_MS = 60_000
const ASK_MS = 60_000

export async function demandVolume({ db }: Pick<Ctx, 'db'>, volumeId: string): Promise<PlacedVolume> {
  const volume = await find(db, volumeId)
  if (!volume) throw notFound('volume')
  return volume
}

/** An order that a worker carries out once, within a minute. */
export function sealOrder({ seal, now }: Pick<Ctx, 'seal' | 'now'>, volume: PlacedVolume, what: Pick<FileOrder, 'action' | 'path'>): { ticket: string; expiresAt: string } {
  const expiresAt = new Date(now().getTime() + ORDER_MS).toISOString()
  const order: FileOrder = { id: newId('request'), volumeId: volume.id, environmentId: volume.environmentId, ...what, expiresAt }
  return { ticket: seal.seal(JSON.stringify(order), FILE_ORDER), expiresAt }
}

/** Has a worker carry it out now. */
export async function askWorker(ctx: Pick<Ctx, 'seal' | 'now' | 'worker'>, volume: PlacedVolume, what: Pick<FileOrder, 'action' | 'path'>): Promise<unknown> {
  if (!ctx.worker) throw new AppError('unavailable', 'No worker can be asked for files now. Try again in a moment.')
  return ctx.worker.ask(sealOrder(ctx, volume, what).ticket, AbortSignal.timeout(ASK_MS))
}
