import { statfs } from 'node:fs/promises'

import { z } from 'zod'

import type { Disk, EngineImage } from '../../domain/storage'
import { segment, type EngineApi } from './engine-api'

// What lies on the disk of an engine. Images say by their labels for whom they were made; of build cache the engine does not tell whose it is.

export type EngineStorage = { images: EngineImage[]; cacheBytes: number; disk: Disk | null }

export type TargetStorage = {
  look(signal: AbortSignal): Promise<EngineStorage>
  /** Takes these tags of an image away, and itself when it has no other. The engine refuses when a container is made of it. Absent is success. */
  removeImage(image: { id: string; tags: readonly string[] }, signal: AbortSignal): Promise<void>
  /** Removes build cache, whosever it is, that was not used for a day, the oldest first, until no more than this is left; answers how much was freed. */
  pruneCache(keepBytes: number, signal: AbortSignal): Promise<number>
}

export type StorageOptions = {
  api: EngineApi
  /** Labels that say for which service an image was made, and by which installation. */
  labels: { service: string; instance: string }
}

const Named = z.array(z.string()).nullish()
const Usage = z.object({
  Images: z.array(z.object({ Id: z.string(), RepoTags: Named, RepoDigests: Named, Created: z.number(), Size: z.number(), SharedSize: z.number(), Containers: z.number(), Labels: z.record(z.string(), z.string()).nullish() })).nullish(),
  Containers: z.array(z.object({ ImageID: z.string() })).nullish(),
  BuildCache: z.array(z.object({ Size: z.number(), Shared: z.boolean().nullish() })).nullish(),
})
const Info = z.object({ DockerRootDir: z.string() })
const Pruned = z.object({ SpaceReclaimed: z.number().nullish() })

/** The engine adds up sizes layer by layer. */
const LOOK_MS = 60_000
const PRUNE_MS = 300_000

export function targetStorage({ api, labels }: StorageOptions): TargetStorage {
  return {
    async look(signal) {
      const usage = await api.json({ method: 'GET', path: '/system/df', signal, timeoutMs: LOOK_MS }, Usage)
      const used = new Set((usage.Containers ?? []).map(({ ImageID }) => ImageID))
      const made = (usage.Images ?? []).filter((image) => image.Labels?.[labels.service])
      return {
        images: made.map((image) => ({
          id: image.Id,
          tags: real(image.RepoTags),
          digests: real(image.RepoDigests),
          ownBytes: Math.max(0, image.Size - Math.max(0, image.SharedSize)),
          createdAt: new Date(image.Created * 1000).toISOString(),
          serviceId: image.Labels![labels.service]!,
          instanceId: image.Labels![labels.instance] ?? null,
          inUse: image.Containers > 0 || used.has(image.Id),
        })),
        cacheBytes: (usage.BuildCache ?? []).reduce((sum, { Size, Shared }) => (Shared ? sum : sum + Size), 0),
        disk: await diskOf(api, signal),
      }
    },
    async removeImage({ id, tags }, signal) {
      // By its names: the engine removes it with the last one. `noprune`: what it was made from may be somebody else's.
      for (const name of tags.length > 0 ? tags : [id]) await absentIsSuccess(api.run({ method: 'DELETE', path: `/images/${segment(name)}`, query: { noprune: true }, signal }))
    },
    async pruneCache(keepBytes, signal) {
      const query = { 'keep-storage': Math.max(0, Math.round(keepBytes)), filters: { until: ['24h'] } }
      return (await api.json({ method: 'POST', path: '/build/prune', query, signal, timeoutMs: PRUNE_MS }, Pruned)).SpaceReclaimed ?? 0
    },
  }
}

/** The disk of an engine on this machine; of another one nothing is seen. */
async function diskOf(api: EngineApi, signal: AbortSignal): Promise<Disk | null> {
  if (api.connection.kind !== 'socket') return null
  const { DockerRootDir: path } = await api.json({ method: 'GET', path: '/info', signal }, Info)
  return diskAt(path)
}

/** The disk that a folder is on, as `df` counts: what is kept for root alone is neither used nor free. Null when it cannot be seen, as when an engine runs in a machine of its own. */
export async function diskAt(path: string): Promise<Disk | null> {
  try {
    const { bsize, blocks, bfree, bavail } = await statfs(path)
    return { path, totalBytes: (blocks - bfree + bavail) * bsize, freeBytes: bavail * bsize }
  } catch {
    return null
  }
}

/** The engine names what has no name `<none>:<none>`. */
function real(names: readonly string[] | null | undefined): string[] {
  return (names ?? []).filter((name) => !name.includes('<none>'))
}

async function absentIsSuccess(work: Promise<void>): Promise<void> {
  await work.catch((error: unknown) => {
    if ((error as { code?: string }).code !== 'not_found') throw error
  })
}
