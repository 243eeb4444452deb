import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'

import { z } from 'zod'

import { AppError } from '../../../errors'
import { segment } from '../../docker/engine-api'
import { statusOf } from '../../docker/engine-error'
import type { Volumes, Workload } from '../driver'
import { writeAtomically } from '../record/write-atomically'
import { absentAsNull, destroy, listOurs } from './containers'
import { LABEL, ownedFilter, ownerLabels, volumeName } from './names'
import { alone, type Room } from './room'
import { tarOfFolder } from './tar-folder'
import { removeOldTrials } from './trial'
import { Volume, findVolume, ownerOf } from './volume'
import { filesOn } from './volume-files'
import { AT, inHelper, isHelper, isLeftOver, makeStill, mounts, runHelper, usersOf } from './volume-helper'

// Bytes that outlive containers.

const CONTENT_TIMEOUT_MS = 600_000
/** It ends with its stream; this is for one that hangs. */
const RESTORE_TIMEOUT_MS = 24 * 3_600_000
const SIZES_TIMEOUT_MS = 120_000

export function makeVolumes(room: Room): Volumes {
  return {
    ensure: (volume, signal) => alone(room, `volume-${volume.name}`, signal, () => ensure(room, volume, signal)),
    remove: (name, signal) => alone(room, `volume-${name}`, signal, () => remove(room, name, signal)),
    list: (environmentId, signal) => list(room, environmentId, signal),
    sizeBytes: (name, signal) => sizeBytes(room, name, signal),
    where: () => null,
    save: (name, signal) => save(room, name, signal),
    restore: (name, tar, signal) => alone(room, `volume-${name}`, signal, () => restore(room, { name, tar }, signal)),
    files: filesOn(room),
  }
}

async function ensure(room: Room, { name, environmentId, owner }: Parameters<Volumes['ensure']>[0], signal: AbortSignal): Promise<void> {
  if (await findVolume(room, name, signal)) return
  await make(room, { name, environmentId, owner }, signal)
  if (owner === null) return
  try {
    await inHelper(room, name, signal, (id) => room.api.run({ method: 'PUT', path: `/containers/${id}/archive`, query: { path: '/' }, body: tarOfFolder(AT.slice(1), owner), headers: { 'content-type': 'application/x-tar' }, signal }))
  } catch (error) {
    // Whoever finds the volume finds it as it is meant to be.
    await absentAsNull(room.api.run({ method: 'DELETE', path: `/volumes/${segment(volumeName(name))}`, signal: new AbortController().signal })).catch(() => undefined)
    throw error
  }
}

async function make({ api, owner }: Room, { name, environmentId, owner: chosen }: Parameters<Volumes['ensure']>[0], signal: AbortSignal): Promise<void> {
  const body = { Name: volumeName(name), Labels: { ...ownerLabels(owner), [LABEL.environment]: environmentId, [LABEL.volume]: name, ...(chosen === null ? {} : { [LABEL.owner]: `${chosen.uid}:${chosen.gid}` }) } }
  await api.run({ method: 'POST', path: '/volumes/create', body, signal })
}

async function remove(room: Room, name: string, signal: AbortSignal): Promise<void> {
  if ((await findVolume(room, name, signal)) === null) return
  for (const id of (await usersOf(room, name, signal)).filter(isHelper).map(({ Id }) => Id)) await destroy(room, id, signal)
  await absentAsNull(room.api.run({ method: 'DELETE', path: `/volumes/${segment(volumeName(name))}`, signal })).catch((error: unknown) => {
    if (statusOf(error) !== 409) throw error
    throw new AppError('conflict', 'The volume is in use. Stop and remove what uses it first.', { cause: error })
  })
}

async function list(room: Room, environmentId: string | null, signal: AbortSignal): ReturnType<Volumes['list']> {
  const filters = ownedFilter(room.owner, environmentId === null ? {} : { [LABEL.environment]: environmentId })
  const { Volumes: volumes } = await room.api.json({ method: 'GET', path: '/volumes', query: { filters }, signal }, z.object({ Volumes: z.array(Volume).nullable() }))
  const containers = (await listOurs(room, signal)).filter((each) => !isHelper(each))
  // Those without a name belong to their containers.
  return (volumes ?? []).filter(({ Labels: labels }) => labels[LABEL.volume] !== undefined).map(({ Name, Labels: labels }) => ({
    name: labels[LABEL.volume] ?? Name,
    environmentId: labels[LABEL.environment] ?? '',
    usedBy: containers.filter((container) => mounts(container, Name)).map((container) => container.Labels[LABEL.name] ?? '').sort(),
  }))
}

const Sizes = z.object({ Volumes: z.array(z.object({ Name: z.string(), UsageData: z.object({ Size: z.number() }).nullish() })).nullable() })

async function sizeBytes(room: Room, name: string, signal: AbortSignal): Promise<number> {
  const { Volumes: sizes } = await room.api.json({ method: 'GET', path: '/system/df', query: { type: 'volume' }, signal, timeoutMs: SIZES_TIMEOUT_MS }, Sizes)
  const found = (sizes ?? []).find((each) => each.Name === volumeName(name))
  if (!found) throw gone(name)
  return Math.max(0, found.UsageData?.Size ?? 0)
}

async function save(room: Room, name: string, signal: AbortSignal): Promise<Readable> {
  if ((await findVolume(room, name, signal)) === null) throw gone(name)
  const id = await makeStill(room, name, signal)
  try {
    const body = await room.api.stream({ method: 'GET', path: `/containers/${id}/archive`, query: { path: `${AT}/.` }, signal, timeoutMs: CONTENT_TIMEOUT_MS })
    body.once('close', () => void destroy(room, id, new AbortController().signal).catch((cause: unknown) => room.log.warn({ volume: name, cause }, 'a helper container could not be removed')))
    return body
  } catch (error) {
    await destroy(room, id, new AbortController().signal)
    throw error
  }
}

async function restore(room: Room, { name, tar }: { name: string; tar: Readable }, signal: AbortSignal): Promise<void> {
  if ((await findVolume(room, name, signal)) === null && !existsSync(rememberedIn(room, name))) throw gone(name)
  if ((await usersOf(room, name, signal)).some((each) => each.State === 'running' && !isHelper(each))) throw new AppError('conflict', 'A service runs on this volume. Stop it before its content is replaced.')
  await empty(room, name, signal)
  await inHelper(room, name, signal, (id) => room.api.run({ method: 'PUT', path: `/containers/${id}/archive`, query: { path: AT }, body: tar, signal, timeoutMs: RESTORE_TIMEOUT_MS }))
}

/** The engine itself only adds and replaces. To remove takes a program of an image that uses the volume; what nobody uses is made anew. */
async function empty(room: Room, name: string, signal: AbortSignal): Promise<void> {
  const users = await usersOf(room, name, signal)
  for (const { Id } of users.filter(isHelper)) await destroy(room, Id, signal)
  if (users.every(isHelper)) return makeAnew(room, name, signal)
  await runHelper(room, { name, argv: ['find', AT, '-mindepth', '1', '-delete'] }, signal)
}

/** What it was is written down meanwhile: a worker that dies in between leaves it to the next restore. */
async function makeAnew(room: Room, name: string, signal: AbortSignal): Promise<void> {
  const volume = await findVolume(room, name, signal)
  const remembered = rememberedIn(room, name)
  if (volume !== null) {
    mkdirSync(dirname(remembered), { recursive: true, mode: 0o700 })
    writeAtomically(remembered, JSON.stringify({ environmentId: volume.Labels[LABEL.environment] ?? '', owner: ownerOf(volume) }))
    await absentAsNull(room.api.run({ method: 'DELETE', path: `/volumes/${segment(volumeName(name))}`, signal }))
  }
  await ensure(room, { name, ...Remembered.parse(JSON.parse(readFileSync(remembered, 'utf8'))) }, signal)
  rmSync(remembered, { force: true })
}

function rememberedIn({ folder }: Room, name: string): string {
  return join(folder, '.volumes', `${segment(name)}.json`)
}

const Remembered = z.object({ environmentId: z.string(), owner: z.object({ uid: z.number(), gid: z.number() }).nullable() })

/** Helpers of processes that ended are removed, and what nobody came back for in a day. */
export async function removeOldHelpers(room: Room, signal: AbortSignal): Promise<void> {
  const oldest = Date.now() / 1000 - RESTORE_TIMEOUT_MS / 1000
  for (const helper of (await listOurs(room, signal)).filter(isHelper)) if (isLeftOver(helper) || helper.Created < oldest) await destroy(room, helper.Id, signal)
  await removeOldTrials(room, new Date(oldest * 1000), signal)
}

/** Does the work while no other container that runs may write to a volume of the workload, and none of them is removed. */
export async function withVolumes(room: Room, { name, mounts: wanted }: Workload, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  const names = wanted.filter(({ readOnly }) => !readOnly).map(({ volume }) => volume).sort()
  const locked = names.reduceRight<() => Promise<void>>((inner, volume) => () => alone(room, `volume-${volume}`, signal, inner), async () => {
    for (const volume of names) {
      const writers = (await usersOf(room, volume, signal)).filter((each) => each.State === 'running' && !isHelper(each) && each.Labels[LABEL.name] !== name)
      if (writers.length > 0) throw new AppError('not_now', 'Another service still writes to this volume. Stop that first.', { detail: { volume } })
    }
    await work()
  })
  await locked()
}

function gone(name: string): AppError {
  return new AppError('not_found', `There is no volume "${name}" on the Docker engine. Somebody may have removed it there.`)
}
