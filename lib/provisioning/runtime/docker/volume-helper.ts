import { randomBytes } from 'node:crypto'

import { z } from 'zod'

import { AppError } from '../../../errors'
import { statusOf } from '../../docker/engine-error'
import { frameSplitter } from '../../docker/frames'
import { identify, isAlive } from '../../process/identity'
import { Created, type Listed } from './answers'
import { absentAsNull, destroy, listOurs } from './containers'
import { LABEL, ownerLabels, volumeName } from './names'
import type { Room } from './room'

// The engine lets us at the content of a volume through a container that it is mounted in. One of an empty image that is never
// started is enough to fetch and to put, and a link in the volume can lead nowhere else there. For the rest it takes a
// program. An image can be anybody's, so nothing of it is run on a volume, besides of those that use the volume anyway and
// of those that images are made from here.

export const AT = '/easel-volume'
const CONTENT_TIMEOUT_MS = 600_000
/** So many images are tried for a program. */
const MOST_IMAGES = 5
/** What a program of a helper may print. */
const MOST_OUTPUT = 16 * 1024 * 1024
const EMPTY_IMAGE = 'easel-empty'

export type Helper = { name: string; argv: string[] }

/** Runs a program with the volume, of whichever image that may has it; answers what it printed. */
export async function runHelper(room: Room, helper: Helper, signal: AbortSignal): Promise<string> {
  const users = (await usersOf(room, helper.name, signal)).filter((each) => !isHelper(each)).map(({ ImageID }) => ImageID)
  for (const image of [...new Set([...users, ...room.programs])].slice(0, MOST_IMAGES)) {
    const id = await absentAsNull(makeHelper(room, helper, { image, signal }))
    if (id === null) continue
    try {
      await room.api.run({ method: 'POST', path: `/containers/${id}/start`, signal })
      const { StatusCode } = await room.api.json({ method: 'POST', path: `/containers/${id}/wait`, signal, timeoutMs: CONTENT_TIMEOUT_MS }, z.object({ StatusCode: z.number() }))
      const output = StatusCode <= 1 ? await outputOf(room, id, signal) : ''
      // One that complains has done what it says it has done: such as `find`, whose file is not there any more when it looks again.
      if (StatusCode === 0 || output !== '') return output
    } catch (error) {
      // The engine could not start it: there is no such program in this image.
      if (![400, 404, 500].includes(statusOf(error) ?? 0)) throw error
    } finally {
      await destroy(room, id, new AbortController().signal)
    }
  }
  throw new AppError('unavailable', `No image that may be run on this volume has a program "${helper.argv[0]}" that can do this. Deploy a service that is built here, or attach the volume to one whose image has the usual programs of GNU.`)
}

/** What it printed to its standard output. */
async function outputOf(room: Room, id: string, signal: AbortSignal): Promise<string> {
  const body = await room.api.stream({ method: 'GET', path: `/containers/${id}/logs`, query: { stdout: true }, signal, timeoutMs: CONTENT_TIMEOUT_MS })
  const split = frameSplitter()
  const parts: Buffer[] = []
  let size = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    for (const { bytes } of split(chunk)) parts.push(bytes)
    size += chunk.length
    if (size > MOST_OUTPUT) throw new AppError('limit_exceeded', 'There are too many files in this folder to list them. Use a terminal of the service.')
  }
  return Buffer.concat(parts).toString('utf8')
}

/** With a container that is never started. */
export async function inHelper<T>(room: Room, name: string, signal: AbortSignal, work: (id: string) => Promise<T>): Promise<T> {
  const id = await makeStill(room, name, signal)
  try {
    return await work(id)
  } finally {
    await destroy(room, id, new AbortController().signal)
  }
}

/** A container that is never started, of an image with nothing in it. Destroy it. */
export async function makeStill(room: Room, name: string, signal: AbortSignal): Promise<string> {
  const make = () => makeHelper(room, { name, argv: ['-'] }, { image: EMPTY_IMAGE, signal })
  return make().catch(async (error: unknown) => {
    if (statusOf(error) !== 404) throw error
    // An archive without a file: two blocks of zeros.
    await room.api.run({ method: 'POST', path: '/images/create', query: { fromSrc: '-', repo: EMPTY_IMAGE, tag: 'latest' }, body: Buffer.alloc(1024), headers: { 'content-type': 'application/x-tar' }, signal, timeoutMs: CONTENT_TIMEOUT_MS })
    return make()
  })
}

/** A container with the volume in it. No network, no rights besides those over files. */
async function makeHelper({ api, owner }: Room, { name, argv }: Helper, { image, signal }: { image: string; signal: AbortSignal }): Promise<string> {
  const body = {
    Image: image,
    Entrypoint: [argv[0]],
    Cmd: argv.slice(1),
    User: '0:0',
    WorkingDir: '/',
    Labels: { ...ownerLabels(owner), [LABEL.helper]: name, [LABEL.maker]: ourselves() },
    HostConfig: { NetworkMode: 'none', LogConfig: { Type: 'json-file' }, CapDrop: ['ALL'], CapAdd: ['DAC_OVERRIDE', 'FOWNER', 'CHOWN'], SecurityOpt: ['no-new-privileges'], Mounts: [{ Type: 'volume', Source: volumeName(name), Target: AT, VolumeOptions: { NoCopy: true } }] },
  }
  const query = { name: `easel-helper-${randomBytes(6).toString('hex')}` }
  return (await api.json({ method: 'POST', path: '/containers/create', query, body, signal }, Created)).Id
}

export async function usersOf(room: Room, name: string, signal: AbortSignal): Promise<Listed[]> {
  return (await listOurs(room, signal)).filter((container) => mounts(container, volumeName(name)))
}

export function mounts({ Mounts }: Listed, volume: string): boolean {
  return (Mounts ?? []).some(({ Type, Name }) => Type === 'volume' && Name === volume)
}

export function isHelper({ Labels: labels }: Pick<Listed, 'Labels'>): boolean {
  return labels[LABEL.helper] !== undefined
}

/** Whether it is the helper of a process that has ended, which will not remove it any more. */
export function isLeftOver({ Labels: labels }: Pick<Listed, 'Labels'>): boolean {
  const [pid, ...startTime] = labels[LABEL.maker]?.split(' ') ?? []
  return pid !== undefined && !isAlive({ pid: Number(pid), startTime: startTime.join(' ') })
}

function ourselves(): string {
  return `${process.pid} ${identify(process.pid)?.startTime ?? ''}`
}
