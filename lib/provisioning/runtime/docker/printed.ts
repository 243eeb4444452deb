import { Readable } from 'node:stream'

import { z } from 'zod'

import { AppError } from '../../../errors'
import { frameSplitter } from '../../docker/frames'
import type { WorkloadRef } from '../driver'
import { Created } from './answers'
import { containerOf } from './containers'
import { endMarked, newMark } from './exec'
import type { Room } from './room'

const Ending = z.object({ Running: z.boolean(), ExitCode: z.number().nullable() })
const LONGEST_COMPLAINT = 4_096
const END_MS = 10_000

/** What a program prints inside a running container, as bytes; an error when it did not end with code 0. */
export async function printedIn(room: Room, ref: WorkloadRef, { argv, signal }: { argv: readonly string[]; signal: AbortSignal }): Promise<Readable> {
  const container = await containerOf(room, ref.name, signal)
  if (!container?.State.Running) throw new AppError('not_now', 'It does not run at the moment. Try again when it does.')
  const env = Object.entries((await room.environmentNow(ref.deploymentId)) ?? {}).map(([key, value]) => `${key}=${value}`)
  return Readable.from(outputOf(room, { container: container.Id, argv, env }, signal), { objectMode: false, highWaterMark: 1024 * 1024 })
}

/** The same by the id of the container. */
export async function* outputOf(room: Room, { container, argv, env }: { container: string; argv: readonly string[]; /** As it is said to be now, which may be newer than what its server was started with. */ env: readonly string[] }, signal: AbortSignal): AsyncGenerator<Buffer> {
  const { api } = room
  const mark = newMark()
  const { Id } = await api.json({ method: 'POST', path: `/containers/${container}/exec`, body: { AttachStdout: true, AttachStderr: true, Cmd: argv, Env: [...env, mark] }, signal }, Created)
  const output = await api.hijack({ method: 'POST', path: `/exec/${Id}/start`, body: { Detach: false, Tty: false }, signal })
  const split = frameSplitter()
  let complaint = ''
  let isWhole = false
  try {
    for await (const chunk of output as AsyncIterable<Buffer>) {
      for (const { stream, bytes } of split(chunk)) {
        if (stream === 'stdout') yield bytes
        else complaint = (complaint + bytes.toString()).slice(-LONGEST_COMPLAINT)
      }
    }
    isWhole = true
  } finally {
    output.destroy()
    // The engine leaves it running when we hang up.
    if (!isWhole) await endMarked(room, { container, mark, how: 'KILL' }, AbortSignal.timeout(END_MS)).catch((cause: unknown) => room.log.warn({ container, cause }, 'what ran inside a container could not be ended'))
  }
  const { ExitCode } = await api.json({ method: 'GET', path: `/exec/${Id}/json`, signal }, Ending)
  if (ExitCode !== 0) throw new AppError('unavailable', `${argv[0]} ended with code ${ExitCode} inside of the container. ${complaint.trim().split('\n').at(-1) ?? ''}`.trim())
}
