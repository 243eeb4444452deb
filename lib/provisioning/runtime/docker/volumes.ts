import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'

import { z } from 'zod'

import { AppError } from '../../../errors'
import { segment } from '../../docker/engine-api'
import { statusOf } from '../../docker/engine-error'
import type { Volumes } from '../driver'
import { writeAtomically } from '../record/write-atomically'
import { Created, type Listed } from './answers'
import { absentAsNull, destroy, listOurs } from './containers'
import { LABEL, ownedFilter, ownerLabels, volumeName } from './names'
import { alone, type Room } from './room'
import { tarOfFolder } from './tar-folder'
import { Volume, findVolume, ownerOf } from './volume'

// Bytes that outlive containers. The engine lets us at the content of a volume through a container that it is mounted in,
// also through one that is never started: one of any image that is there. An image can be anybody's, so nothing of it is run
// on a volume, besides of those that use the volume anyway.

const AT = '/easel-volume'
const CONTENT_TIMEOUT_MS = 600_000
/** It ends with its stream; this is for one that hangs. */
const RESTORE_TIMEOUT_MS = 24 * 3_600_000
/** So many images are tried for a program. */
const MOST_IMAGES = 5
const SIZES_TIMEOUT_MS = 120_000

export function makeVolumes(room: Room): Volumes {
  return {
    ensure: (volume, signal) => alone(room, `volume-${volume.name}`, signal, () => ensure(room, volume, signal)),
    remove: (name, signal) => alone(room, `volume-${name}`, signal, () => remove(room, name, signal)),
    list: (environmentId, signal) => list(room, environmentId, signal),
    sizeBytes: (name, signal) => sizeBytes(room, name, signal),
    save: (name, signal) => save(room, name, signal),
    restore: (name, tar, signal) => alone(room, `volume-${name}`, signal, () => restore(room, { name, tar }, signal)),
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
  const id = await makeIdleHelper(room, name, signal)
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
  const images = [...new Set(users.filter((each) => !isHelper(each)).map(({ ImageID }) => ImageID))]
  if (images.length === 0) return makeAnew(room, name, signal)
  await runHelper(room, { name, argv: ['find', AT, '-mindepth', '1', '-delete'] }, { images, signal })
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

type Helper = { name: string; argv: string[] }

async function runHelper(room: Room, helper: Helper, { images, signal }: { images: readonly string[]; signal: AbortSignal }): Promise<void> {
  for (const image of images.slice(0, MOST_IMAGES)) {
    const id = await makeHelper(room, helper, { image, signal })
    try {
      await room.api.run({ method: 'POST', path: `/containers/${id}/start`, signal })
      const { StatusCode } = await room.api.json({ method: 'POST', path: `/containers/${id}/wait`, signal, timeoutMs: CONTENT_TIMEOUT_MS }, z.object({ StatusCode: z.number() }))
      if (StatusCode === 0) return
    } catch (error) {
      // The engine could not start it: there is no such program in this image.
      if (![400, 404, 500].includes(statusOf(error) ?? 0)) throw error
    } finally {
      await destroy(room, id, new AbortController().signal)
    }
  }
  throw new AppError('unavailable', `The image of what uses the volume has no program "${helper.argv[0]}", so the volume cannot be emptied beside it. Remove what uses it, then try again.`)
}

async function inHelper<T>(room: Room, name: string, signal: AbortSignal, work: (id: string) => Promise<T>): Promise<T> {
  const id = await makeIdleHelper(room, name, signal)
  try {
    return await work(id)
  } finally {
    await destroy(room, id, new AbortController().signal)
  }
}

/** One that is never started, so any image will do; the smallest has the least to be laid out. */
async function makeIdleHelper(room: Room, name: string, signal: AbortSignal): Promise<string> {
  for (const image of await imagesOf(room, signal)) {
    const id = await absentAsNull(makeHelper(room, { name, argv: ['-'] }, { image, signal }))
    // Removed since it was listed: the next one.
    if (id !== null) return id
  }
  throw noImage()
}

async function imagesOf({ api }: Room, signal: AbortSignal): Promise<string[]> {
  const images = await api.json({ method: 'GET', path: '/images/json', signal }, z.array(z.object({ Id: z.string(), Size: z.number() })))
  if (images.length === 0) throw noImage()
  return images.sort((a, b) => a.Size - b.Size).map(({ Id }) => Id)
}

/** A container with the volume in it. No network, no rights besides those over files. */
async function makeHelper({ api, owner }: Room, { name, argv }: Helper, { image, signal }: { image: string; signal: AbortSignal }): Promise<string> {
  const body = {
    Image: image,
    Entrypoint: [argv[0]],
    Cmd: argv.slice(1),
    User: '0:0',
    WorkingDir: '/',
    Labels: { ...ownerLabels(owner), [LABEL.helper]: name },
    HostConfig: { NetworkMode: 'none', CapDrop: ['ALL'], CapAdd: ['DAC_OVERRIDE', 'FOWNER', 'CHOWN'], SecurityOpt: ['no-new-privileges'], Mounts: [{ Type: 'volume', Source: volumeName(name), Target: AT, VolumeOptions: { NoCopy: true } }] },
  }
  const query = { name: `easel-helper-${randomBytes(6).toString('hex')}` }
  return (await api.json({ method: 'POST', path: '/containers/create', query, body, signal }, Created)).Id
}

/** Helpers of a worker that died are removed; not one that may still be at work. */
export async function removeOldHelpers(room: Room, signal: AbortSignal): Promise<void> {
  const oldest = Date.now() / 1000 - RESTORE_TIMEOUT_MS / 1000
  for (const helper of (await listOurs(room, signal)).filter(isHelper)) if (helper.Created < oldest) await destroy(room, helper.Id, signal)
}

async function usersOf(room: Room, name: string, signal: AbortSignal): Promise<Listed[]> {
  return (await listOurs(room, signal)).filter((container) => mounts(container, volumeName(name)))
}

function mounts({ Mounts }: Listed, volume: string): boolean {
  return (Mounts ?? []).some(({ Type, Name }) => Type === 'volume' && Name === volume)
}

function isHelper({ Labels: labels }: Listed): boolean {
  return labels[LABEL.helper] !== undefined
}

function gone(name: string): AppError {
  return new AppError('not_found', `There is no volume "${name}" on the Docker engine. Somebody may have removed it there.`)
}

function noImage(): AppError {
  return new AppError('unavailable', 'There is no image on the Docker engine yet, and without one a volume cannot be looked into. Deploy a service first, then try again.')
}
