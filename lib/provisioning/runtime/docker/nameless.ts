import { posix } from 'node:path'

import { z } from 'zod'

import { segment } from '../../docker/engine-api'
import { statusOf } from '../../docker/engine-error'
import { absentAsNull } from './containers'
import { LABEL, ownedFilter, ownerLabels } from './names'
import type { Room } from './room'
import { Volume } from './volume'

// Volumes without a name: the engine makes one for each folder that an image declares with VOLUME. They live as long as their
// container, but one that somebody removes by hand leaves them behind; so it is written on them whose they are.

const Declared = z.object({ Config: z.object({ Volumes: z.record(z.string(), z.unknown()).nullish() }).nullish() })

/** What the engine would mount by itself for the folders that an image declares, with our labels. */
export async function namelessMounts(room: Room, { image, name, taken }: { image: string; name: string; taken: readonly string[] }, signal: AbortSignal): Promise<object[]> {
  const found = await absentAsNull(room.api.json({ method: 'GET', path: `/images/${segment(image)}/json`, signal }, Declared))
  const others = new Set(taken.map(plain))
  const folders = Object.keys(found?.Config?.Volumes ?? {}).filter((folder) => folder.startsWith('/') && !others.has(plain(folder)))
  return folders.map((Target) => ({ Type: 'volume', Target, VolumeOptions: { Labels: { ...ownerLabels(room.owner), [LABEL.name]: name } } }))
}

/** The same folder, however it is written. */
function plain(folder: string): string {
  return posix.join('/', folder).replace(/(.)\/+$/, '$1')
}

/** Removes those that a container has left behind; what a container still has stays. */
export async function removeNameless({ api, owner }: Room, name: string, signal: AbortSignal): Promise<void> {
  const { Volumes: left } = await api.json({ method: 'GET', path: '/volumes', query: { filters: ownedFilter(owner, { [LABEL.name]: name }) }, signal }, z.object({ Volumes: z.array(Volume).nullable() }))
  for (const { Name } of left ?? []) {
    await absentAsNull(api.run({ method: 'DELETE', path: `/volumes/${segment(Name)}`, signal })).catch((error: unknown) => {
      if (statusOf(error) !== 409) throw error
    })
  }
}
