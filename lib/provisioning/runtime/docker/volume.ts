import { z } from 'zod'

import { AppError } from '../../../errors'
import { segment } from '../../docker/engine-api'
import { absentAsNull } from './containers'
import { isOwned, LABEL, volumeName } from './names'
import type { Room } from './room'

const Labels = z.record(z.string(), z.string()).nullish().transform((labels) => labels ?? {})
export const Volume = z.object({ Name: z.string(), Labels })
export type Volume = z.infer<typeof Volume>

/** A volume of ours; null when there is none. Throws `conflict` when somebody else's has its name. */
export async function findVolume({ api, owner }: Room, name: string, signal: AbortSignal): Promise<Volume | null> {
  const found = await absentAsNull(api.json({ method: 'GET', path: `/volumes/${segment(volumeName(name))}`, signal }, Volume))
  if (found === null || isOwned(owner, found.Labels)) return found
  throw new AppError('conflict', `There is a Docker volume named "${volumeName(name)}" that Easel did not make. Keep its content elsewhere, then remove it: docker volume rm ${volumeName(name)}.`)
}

/** Whom it was made for. */
export function ownerOf({ Labels: labels }: Volume): { uid: number; gid: number } | null {
  const [uid, gid] = (labels[LABEL.owner] ?? '').split(':').map(Number)
  return labels[LABEL.owner] === undefined ? null : { uid: uid!, gid: gid! }
}
