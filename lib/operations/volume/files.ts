import { z } from 'zod'

import { VolumeFile, volumeFiles, volumeMakeFolder, volumeRemoveFile } from '../../contract/volume'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { askWorker, demandVolume } from './order'

const Listing = z.object({ items: z.array(VolumeFile), more: z.number().int() })

export const listFiles = implement(volumeFiles, async (ctx, { volumeId, path }) => {
  const volume = await demandVolume(ctx, volumeId)
  if (volume.madeAt === null) return { items: [], more: 0, isMade: false }
  return { ...Listing.parse(await askWorker(ctx, volume, { action: 'list', path })), isMade: true }
})

export const makeFolder = implement(volumeMakeFolder, async (ctx, { volumeId, path }) => {
  const volume = await demandVolume(ctx, volumeId)
  await askWorker(ctx, volume, { action: 'make_folder', path })
  await recordHere(ctx, { type: 'volume.folder_made', subject: volume.name, data: { path } })
  return { ok: true as const }
})

export const removeFile = implement(volumeRemoveFile, async (ctx, { volumeId, path }) => {
  const volume = await demandVolume(ctx, volumeId)
  await askWorker(ctx, volume, { action: 'remove', path })
  await recordHere(ctx, { type: 'volume.file_removed', subject: volume.name, data: { path } })
  return { ok: true as const }
})
