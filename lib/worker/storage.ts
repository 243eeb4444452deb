import { existingServices } from '../db/queries/engine/housekeeping'
import { instanceId } from '../db/queries/engine/instance'
import { cleanAsked, lastSeen, neededImages, recordStorage } from '../db/queries/engine/storage'
import { oursOf, overBudget, surplusOf, type SeenStorage, type Surplus } from '../domain/storage'
import type { EngineStorage, TargetStorage } from '../provisioning/docker/storage'
import type { Engine } from '../provisioning/engine'
import type { Target } from '../provisioning/targets'

// Keeps what we leave on the disks of Docker engines within its budget. What is needed is found out anew before each
// removal, the engine itself refuses to remove what a container is made of, and what is not ours is never touched.

const EVERY_MS = 5 * 60_000
const LOOK_MS = 90_000
const REMOVE_MS = 60_000

type Room = Pick<Engine, 'db' | 'targets' | 'config' | 'log' | 'now'>
type Keeping = Target & { storage: TargetStorage }

/** One look at the disk of every target that keeps something there; cleans where somebody asked for it or the budget is exceeded. */
export async function keepStorage(room: Room, shutdown: AbortSignal): Promise<void> {
  const targets = (await room.targets.all()).filter((target): target is Keeping => target.storage !== undefined)
  await Promise.all(targets.map((target) => keepOne(room, target, shutdown).catch((cause: unknown) => room.log.warn({ target: target.id, cause }, 'the disk of a target could not be looked at'))))
}

async function keepOne(room: Room, target: Keeping, shutdown: AbortSignal): Promise<void> {
  const { db, config, now } = room
  const asked = await cleanAsked(db, target.id)
  const last = await lastSeen(db, target.id)
  // The engine adds up layer by layer: not more often than it has to.
  if (asked === null && last && now().getTime() - last.at.getTime() < EVERY_MS) return
  const before = await look(room, target, shutdown)
  const chosen = asked === null ? overBudget(before.surplus, before.usedBytes, config.dockerDisk.budgetBytes) : before.surplus
  const prunes = config.dockerDisk.cleansCache && before.engine.cacheBytes > 0 && (asked !== null || isOver(before, config.dockerDisk.budgetBytes))
  const cleaned = chosen.length > 0 || prunes || asked !== null ? await clean(room, target, { chosen, prunes, shutdown }) : (last?.seen.cleaned ?? null)
  const after = chosen.length > 0 || prunes ? await look(room, target, shutdown) : before
  const seen: SeenStorage = { imagesBytes: after.imagesBytes, cacheBytes: after.engine.cacheBytes, ...config.dockerDisk, surplus: after.surplus, disk: after.engine.disk, cleaned }
  await recordStorage(db, target.id, { seen, at: now(), answered: asked })
}

type Look = { engine: EngineStorage; imagesBytes: number; usedBytes: number; surplus: Surplus[] }

async function look({ db, config, now }: Room, { storage }: Keeping, shutdown: AbortSignal): Promise<Look> {
  const engine = await storage.look(AbortSignal.any([shutdown, AbortSignal.timeout(LOOK_MS)]))
  const present = await existingServices(db, [...new Set(engine.images.map(({ serviceId }) => serviceId))])
  const here = { id: await instanceId(db), now: now(), exists: (id: string) => present.has(id) }
  const ours = oursOf(engine.images, here)
  const imagesBytes = ours.reduce((sum, { ownBytes }) => sum + ownBytes, 0)
  // Cache of a whole engine counts only where it may be removed.
  const usedBytes = imagesBytes + (config.dockerDisk.cleansCache ? engine.cacheBytes : 0)
  return { engine, imagesBytes, usedBytes, surplus: surplusOf(ours, await neededImages(db), here) }
}

function isOver({ usedBytes }: Look, budgetBytes: number | null): boolean {
  return budgetBytes !== null && usedBytes > budgetBytes
}

async function clean(room: Room, target: Keeping, what: { chosen: readonly Surplus[]; prunes: boolean; shutdown: AbortSignal }): Promise<SeenStorage['cleaned']> {
  const { db, log, now, config } = room
  const { storage } = target
  const signal = () => AbortSignal.any([what.shutdown, AbortSignal.timeout(REMOVE_MS)])
  const result = { at: now().toISOString(), images: 0, bytes: 0, message: null as string | null }
  for (const image of what.chosen) {
    const { names, services } = await neededImages(db)
    // Somebody may have begun to need it since it was looked at.
    if (services.has(image.serviceId) || [image.id, ...image.tags].some((name) => names.has(name))) continue
    try {
      await storage.removeImage(image, signal())
      result.images++
      result.bytes += image.sizeBytes
      log.info({ target: target.id, image: image.id, bytes: image.sizeBytes }, 'removed an image that nothing needs')
    } catch (cause) {
      if (what.shutdown.aborted) throw cause
      result.message = `Some images could not be removed: ${cause instanceof Error ? cause.message : 'the engine refused.'}`
      log.warn({ target: target.id, image: image.id, cause }, 'an image that nothing needs could not be removed')
    }
  }
  if (what.prunes) result.bytes += await storage.pruneCache(config.dockerDisk.budgetBytes ?? 0, signal())
  return result
}
