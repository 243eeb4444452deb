import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'

import { z } from 'zod'

import { AppError } from '../../../errors'
import { statusOf } from '../../docker/engine-error'
import type { VolumeEntry, VolumeFiles } from '../driver'
import { absent, cutOff, demandPath, inOrder, inTheWay, MOST_ENTRIES, notA } from '../volume-path'
import { destroy } from './containers'
import type { Room } from './room'
import { fileIn, firstHeader } from './tar-file'
import { padding, TAR_END, tarHeader, type TarEntry } from './tar-header'
import { findVolume } from './volume'
import { AT, inHelper, makeStill, runHelper } from './volume-helper'

// The files of a volume. Content goes in and out through a container that has nothing but the volume and is never started, so
// that a link leads nowhere; what takes a program is done by `find`, which follows no link on its way down.

const CONTENT_TIMEOUT_MS = 24 * 3_600_000

export function filesOn(room: Room): VolumeFiles {
  const demand = async (name: string, path: readonly string[], signal: AbortSignal) => {
    demandPath(path)
    if ((await findVolume(room, name, signal)) === null) throw new AppError('not_found', `There is no volume "${name}" on the Docker engine. Somebody may have removed it there.`)
  }
  const demandNamed = async (name: string, path: readonly string[], signal: AbortSignal) => {
    if (path.length === 0) throw new AppError('invalid_input', 'The root of a volume is neither a file nor removed by itself.')
    await demand(name, path, signal)
  }
  return {
    async list(name, path, signal) {
      await demand(name, path, signal)
      return list(room, name, path, signal)
    },
    async read(name, path, signal) {
      await demandNamed(name, path, signal)
      return read(room, name, path, signal)
    },
    async write(name, path, file, signal) {
      await demandNamed(name, path, signal)
      await write(room, { name, path, file }, signal)
    },
    async remove(name, path, signal) {
      await demandNamed(name, path, signal)
      const done = await runHelper(room, { name, argv: find(path, ['-execdir', 'rm', '-rf', '--', '{}', ';', '-printf', 'done']) }, signal)
      if (done === '') throw absent(path)
    },
    async makeFolder(name, path, signal) {
      await demandNamed(name, path, signal)
      await inHelper(room, name, signal, async (id) => {
        await demandFolders(room, id, path.slice(0, -1), signal)
        if ((await statOf(room, id, path, signal)) !== null) throw inTheWay(path)
        await put(room, { id, path, kind: 'folder', sizeBytes: 0, content: Readable.from([]) }, signal)
      })
    },
  }
}

/** `find` that goes down to one path, through folders only, and does something there. Nothing of what a link leads to is seen. */
function find(path: readonly string[], there: string[]): string[] {
  const at = (depth: number) => pattern([AT, ...path.slice(0, depth)].join('/'))
  const above = path.slice(0, -1).flatMap((_, index) => ['(', '-type', 'd', '-path', at(index + 1), ')', '-o'])
  return ['find', '-P', AT, '-mindepth', '1', '-maxdepth', String(path.length), ...above, '(', '-path', at(path.length), ...there, '-prune', ')', '-o', '-prune']
}

const SHOW = ['-printf', '%y\\0%s\\0%T@\\0%f\\0']

async function list(room: Room, name: string, path: readonly string[], signal: AbortSignal): ReturnType<VolumeFiles['list']> {
  const self = pattern([AT, ...path].join('/'))
  const above = path.flatMap((_, index) => ['(', '-type', 'd', '-path', pattern([AT, ...path.slice(0, index + 1)].join('/')), ...(index === path.length - 1 ? SHOW : []), ')', '-o'])
  const argv = ['find', '-P', AT, '-mindepth', '1', '-maxdepth', String(path.length + 1), ...above, '(', '-path', `${self}/*`, ...SHOW, '-prune', ')', '-o', '-prune']
  const fields = (await runHelper(room, { name, argv }, signal)).split('\0')
  const found = Array.from({ length: Math.floor(fields.length / 4) }, (_, index) => entryOf(fields.slice(index * 4, index * 4 + 4)))
  // The folder itself comes before what is in it.
  if (path.length > 0 && found.shift() === undefined) throw await whyNoFolder(room, name, path, signal)
  return { entries: inOrder(found).slice(0, MOST_ENTRIES), more: Math.max(0, found.length - MOST_ENTRIES) }
}

function entryOf([type = '', size = '0', seconds = '0', name = '']: string[]): VolumeEntry {
  const kind = type === 'd' ? 'folder' : type === 'f' ? 'file' : type === 'l' ? 'link' : 'other'
  return { name, kind, sizeBytes: kind === 'file' ? Number(size) : null, modifiedAt: new Date(Number(seconds) * 1000) }
}

async function whyNoFolder(room: Room, name: string, path: readonly string[], signal: AbortSignal): Promise<AppError> {
  return inHelper(room, name, signal, (id) => demandFolders(room, id, path, signal)).then(() => absent(path), (error: AppError) => error)
}

async function read(room: Room, name: string, path: readonly string[], signal: AbortSignal): ReturnType<VolumeFiles['read']> {
  const id = await makeStill(room, name, signal)
  const end = () => void destroy(room, id, new AbortController().signal).catch((cause: unknown) => room.log.warn({ volume: name, cause }, 'a helper container could not be removed'))
  try {
    await demandFolders(room, id, path.slice(0, -1), signal)
    const seen = await statOf(room, id, path, signal)
    if (seen === null) throw absent(path)
    if (seen.kind !== 'file') throw notA('file', path)
    const body = await room.api.stream({ method: 'GET', path: `/containers/${id}/archive`, query: { path: placeOf(path) }, signal, timeoutMs: CONTENT_TIMEOUT_MS })
    const file = await fileIn(body)
    if (file === null) throw notA('file', path)
    file.content.once('close', end)
    return file
  } catch (error) {
    end()
    throw error
  }
}

type Write = { name: string; path: readonly string[]; file: { sizeBytes: number; content: Readable } }

/** Under another name first: a file that does not arrive whole is not there. */
async function write(room: Room, { name, path, file }: Write, signal: AbortSignal): Promise<void> {
  const temporary = [...path.slice(0, -1), `.easel-upload-${randomBytes(6).toString('hex')}`]
  await inHelper(room, name, signal, async (id) => {
    await demandFolders(room, id, path.slice(0, -1), signal)
    if ((await statOf(room, id, path, signal))?.kind === 'folder') throw inTheWay(path)
    await put(room, { id, path: temporary, kind: 'file', ...file }, signal)
  }).catch(async (error: unknown) => {
    await runHelper(room, { name, argv: find(temporary, ['-execdir', 'rm', '-f', '--', '{}', ';', '-printf', 'done']) }, AbortSignal.timeout(30_000)).catch(() => undefined)
    throw error
  })
  const moved = await runHelper(room, { name, argv: find(temporary, ['-execdir', 'mv', '-T', '--', '{}', `./${path.at(-1)!}`, ';', '-printf', 'done']) }, signal)
  if (moved === '') throw cutOff()
}

type Put = { id: string; path: readonly string[]; kind: TarEntry['kind']; sizeBytes: number; content: Readable }

/** What is made belongs to whom its folder belongs to. */
async function put(room: Room, { id, path, kind, sizeBytes, content }: Put, signal: AbortSignal): Promise<void> {
  const parent = placeOf(path.slice(0, -1))
  const about = await room.api.stream({ method: 'GET', path: `/containers/${id}/archive`, query: { path: `${parent}/.` }, signal })
  const { uid, gid } = await firstHeader(about)
  const header = tarHeader({ name: path.at(-1)!, kind, sizeBytes, uid, gid, mode: kind === 'folder' ? 0o755 : 0o644, modifiedAt: new Date() })
  let isWhole = true
  async function* archive(): AsyncGenerator<Buffer> {
    yield header
    let sent = 0
    for await (const chunk of content as AsyncIterable<Buffer>) {
      sent += chunk.length
      if (sent > sizeBytes) break
      yield chunk
    }
    isWhole = sent === sizeBytes
    if (!isWhole) throw cutOff()
    yield Buffer.alloc(padding(sizeBytes))
    yield TAR_END
  }
  try {
    await room.api.run({ method: 'PUT', path: `/containers/${id}/archive`, query: { path: parent }, body: Readable.from(archive()), headers: { 'content-type': 'application/x-tar' }, signal, timeoutMs: CONTENT_TIMEOUT_MS })
  } catch (error) {
    if (!isWhole) throw cutOff()
    throw error
  }
}

async function demandFolders(room: Room, id: string, path: readonly string[], signal: AbortSignal): Promise<void> {
  for (const index of path.keys()) {
    const way = path.slice(0, index + 1)
    const seen = await statOf(room, id, way, signal)
    if (seen === null) throw absent(way)
    if (seen.kind !== 'folder') throw notA('folder', way)
  }
}

const Stat = z.object({ mode: z.number() })
// Bits of the engine's own language for what a file is.
const FOLDER = 2 ** 31

/** What is at a path, a link itself and not what it leads to; null for nothing. */
async function statOf(room: Room, id: string, path: readonly string[], signal: AbortSignal): Promise<{ kind: 'file' | 'folder' | 'other' } | null> {
  try {
    const answer = (await room.api.stream({ method: 'HEAD', path: `/containers/${id}/archive`, query: { path: placeOf(path) }, signal })) as IncomingMessage
    answer.resume()
    const { mode } = Stat.parse(JSON.parse(Buffer.from(String(answer.headers['x-docker-container-path-stat']), 'base64').toString('utf8')))
    const has = (bits: number) => Math.floor(mode / bits) % 2 === 1
    return { kind: has(FOLDER) ? 'folder' : [27, 26, 25, 24, 21, 19].some((bit) => has(2 ** bit)) ? 'other' : 'file' }
  } catch (error) {
    if (statusOf(error) === 404) return null
    throw error
  }
}

function placeOf(path: readonly string[]): string {
  return [AT, ...path].join('/')
}

/** A path as a pattern that means itself. */
function pattern(path: string): string {
  return path.replace(/[\\*?[\]]/g, '\\$&')
}
