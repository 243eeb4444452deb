import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { PassThrough, Transform, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

import { AppError } from '../../../errors'
import { openPipe } from '../../process/open-pipe'
import type { Room } from './room'
import { finishRestore, type VolumeFolder } from './volume-folder'

// The content of a volume as a tar stream and back, by the system's tar: it keeps owners, modes, links and sparse files, and
// when it unpacks it follows no link that it has made itself.

const ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C.UTF-8' }
const IGNORED = /file changed as we read it|file removed before we read it|socket ignored/

/** Ends with an error when not everything could be read. */
export function saveContent(path: string, signal: AbortSignal): Readable {
  const output = new PassThrough()
  const tar = openPipe({
    argv: ['tar', '--numeric-owner', '-C', path, '-cf', '-', '.'],
    cwd: '/',
    env: ENVIRONMENT,
    onExit: ({ code, complaint }) => {
      // 1: something changed while it was read, as files do that are written to.
      if (code === 0 || (code === 1 && complaint.split('\n').every((line) => IGNORED.test(line)))) return
      output.destroy(new AppError('unavailable', `The volume could not be read. ${lastLine(complaint)}`))
    },
  })
  tar.end()
  signal.addEventListener('abort', () => tar.destroy(), { once: true })
  pipeline(tar, output, { signal }).catch((cause: Error) => output.destroy(cause))
  return output
}

/** Unpacks beside the content and takes its place only when all of it is there. */
export async function restoreContent(room: Room, { name, folder, tar }: { name: string; folder: VolumeFolder; tar: Readable }, signal: AbortSignal): Promise<void> {
  finishRestore(room, folder, name)
  rmSync(folder.incoming, { recursive: true, force: true })
  mkdirSync(folder.incoming, { mode: 0o700 })
  try {
    await unpack(folder.incoming, tar, signal)
  } catch (error) {
    await rm(folder.incoming, { recursive: true, force: true })
    throw error
  }
  if (existsSync(folder.restored)) rmSync(folder.restored, { recursive: true })
  renameSync(folder.incoming, folder.restored)
  const before = finishRestore(room, folder, name)
  if (before !== null) await rm(before, { recursive: true, force: true }).catch((cause: unknown) => room.log.warn({ volume: name, cause }, 'the former files of a volume could not be deleted'))
}

/** An archive ends with this many zeros: one that is cut between two files would seem whole to tar. */
const END_BYTES = 1_024

async function unpack(into: string, tar: Readable, signal: AbortSignal): Promise<void> {
  let tail = Buffer.alloc(0)
  const watched = new Transform({
    transform(chunk: Buffer, _, done) {
      tail = Buffer.concat([tail, chunk]).subarray(-END_BYTES)
      done(null, chunk)
    },
  })
  await new Promise<void>((resolve, reject) => {
    const program = openPipe({
      argv: ['tar', '--numeric-owner', '-C', into, '-xpf', '-'],
      cwd: '/',
      env: ENVIRONMENT,
      onExit: ({ code, complaint }) => (code === 0 ? resolve() : reject(unreadable(complaint))),
    })
    program.resume()
    pipeline(tar, watched, program, { signal }).catch((cause: Error) => {
      program.destroy()
      // What tar says about it is more use than that its pipe broke.
      if ((cause as NodeJS.ErrnoException).code !== 'EPIPE') reject(cause)
    })
  })
  if (tail.length < END_BYTES || tail.some((byte) => byte !== 0)) throw new AppError('invalid_input', 'The content is cut off. Use a copy that is complete.')
}

function unreadable(complaint: string): AppError {
  if (/No space left|Disk quota/.test(complaint)) return new AppError('unavailable', 'There is no space left on the disk that holds the volumes. Nothing was replaced. Free some on the machine that runs Easel.')
  return new AppError('invalid_input', `The content could not be unpacked. ${lastLine(complaint)}`)
}

function lastLine(text: string): string {
  return text.split('\n').filter((line) => line !== '').at(-1) ?? 'tar gave no reason.'
}
