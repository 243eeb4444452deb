import { z } from 'zod'

import { AppError } from '../../../errors'
import { segment } from '../../docker/engine-api'
import { statusOf } from '../../docker/engine-error'
import { Inspected, Listed, type Inspected as InspectedContainer, type Listed as ListedContainer } from './answers'
import { containerName, isOwned, LABEL, ownedFilter } from './names'
import type { Room } from './room'

/** Null when there is no such container. */
export async function inspect({ api }: Room, idOrName: string, signal: AbortSignal): Promise<InspectedContainer | null> {
  return absentAsNull(api.json({ method: 'GET', path: `/containers/${segment(idOrName)}/json`, signal }, Inspected))
}

/** The container of a workload; null when there is none. Throws `conflict` when there is none, and somebody else's has its name. */
export async function containerOf(room: Room, name: string, signal: AbortSignal): Promise<InspectedContainer | null> {
  const { own, isTaken } = await lookFor(room, name, signal)
  if (own === null && isTaken) throw foreign(name)
  return own
}

/** The same for whoever ends it: that somebody else's has its name is nothing to them. */
export async function ownContainerOf(room: Room, name: string, signal: AbortSignal): Promise<InspectedContainer | null> {
  return (await lookFor(room, name, signal)).own
}

/** By its name first. One that somebody has renamed is found by what is written on it. */
async function lookFor(room: Room, name: string, signal: AbortSignal): Promise<{ own: InspectedContainer | null; isTaken: boolean }> {
  const named = await inspect(room, containerName(name), signal)
  if (named !== null && isOwned(room.owner, named.Config.Labels) && named.Config.Labels[LABEL.name] === name) return { own: named, isTaken: true }
  const [renamed] = await listOurs(room, signal, { [LABEL.name]: name })
  return { own: renamed ? await inspect(room, renamed.Id, signal) : null, isTaken: named !== null }
}

export function foreign(name: string): AppError {
  const taken = containerName(name)
  return new AppError('conflict', `There is a container named "${taken}" on the Docker engine that Easel did not make. Rename or remove it there: docker rename ${taken} another-name.`, { detail: { container: taken } })
}

/** Every container of ours, whatever its state. */
export async function listOurs({ api, owner }: Room, signal: AbortSignal, more: Record<string, string> = {}): Promise<ListedContainer[]> {
  return api.json({ method: 'GET', path: '/containers/json', query: { all: true, filters: ownedFilter(owner, more) }, signal }, z.array(Listed))
}

/** Gone, whatever it did. Absent is success. */
export async function destroy({ api }: Room, id: string, signal: AbortSignal): Promise<void> {
  await absentAsNull(api.run({ method: 'DELETE', path: `/containers/${segment(id)}`, query: { force: true, v: true }, signal })).catch((error: unknown) => {
    // Somebody else is removing it at this moment.
    if (statusOf(error) !== 409) throw error
  })
}

/** Waits for nothing but the answer: null where the engine says that there is no such thing. */
export async function absentAsNull<T>(work: Promise<T>): Promise<T | null> {
  return work.catch((error: unknown) => {
    if (statusOf(error) === 404) return null
    throw error
  })
}
