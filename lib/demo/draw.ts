import { eq } from 'drizzle-orm'
import type { z } from 'zod'

import { databaseAdd } from '../contract/database'
import { serviceCreate, variableReplace } from '../contract/service'
import type { ServiceSettings } from '../contract/service-settings'
import type { Source } from '../contract/source'
import { volumeCreate } from '../contract/volume'
import { volumes } from '../db/schema/volume'
import type { EngineName } from '../domain/engine/engines'
import { ago, type Ground } from './ground'

export type Spot = { environmentId: string; name: string; x: number; y: number }
export type Drawn = Spot & { source?: Source; settings?: z.input<typeof ServiceSettings>; variables?: Record<string, string | { value: string; secret: boolean }> }

export const git = (repository: string, ref = 'main'): Source => ({ type: 'git', url: `https://git.example.com/atelier/${repository}.git`, ref })
export const image = (reference: string): Source => ({ type: 'image', reference })

/** Draws a service with its variables. Returns its id. */
export async function drawService(ground: Ground, { environmentId, name, x, y, source = git(name), settings, variables }: Drawn): Promise<string> {
  const { id } = await ground.call(serviceCreate, { environmentId, name, x, y, source, ...(settings === undefined ? {} : { settings }) })
  if (variables !== undefined) await ground.call(variableReplace, { serviceId: id, variables })
  return id
}

/** Draws a database; its volume stands below it and holds something. */
export async function drawDatabase(ground: Ground, { engine, sizeMib, ...spot }: Spot & { engine: EngineName; sizeMib: number }): Promise<{ id: string; volumeId: string }> {
  const { id } = await ground.call(databaseAdd, { engine, ...spot })
  const { db } = ground.database
  const [volume] = await db.update(volumes).set({ x: spot.x, y: spot.y + 132, ...held(ground, sizeMib) }).where(eq(volumes.serviceId, id)).returning({ id: volumes.id })
  return { id, volumeId: volume!.id }
}

/** Draws a volume that holds something, attached or on its own. */
export async function drawVolume(ground: Ground, { sizeMib, ...volume }: Spot & { sizeMib: number; limitMib?: number; serviceId?: string; path?: string }): Promise<string> {
  const { id } = await ground.call(volumeCreate, volume)
  await ground.database.db.update(volumes).set(held(ground, sizeMib)).where(eq(volumes.id, id))
  return id
}

function held(ground: Ground, sizeMib: number) {
  return { sizeBytes: Math.round(sizeMib * 1024 * 1024), sizedAt: ago(ground, 20), madeAt: ago(ground, 900_000) }
}
