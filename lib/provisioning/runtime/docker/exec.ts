import { z } from 'zod'

import { frameSplitter } from '../../docker/frames'
import { splitLines } from '../../process/split-lines'
import { Created } from './answers'
import type { Room } from './room'

export type Execution = { container: string; argv: string[]; timeoutMs: number }
export type Executed = { ending: { code: number | null; signal: string | null; timedOut: boolean }; /** The last line that it printed. */ last: string }

const Ending = z.object({ Running: z.boolean(), ExitCode: z.number().nullable() })

/** Runs a program inside a container to its end, or until the time is up; the engine has no way to end it then. */
export async function execute({ api }: Room, { container, argv, timeoutMs }: Execution, signal: AbortSignal): Promise<Executed> {
  const { Id } = await api.json({ method: 'POST', path: `/containers/${container}/exec`, body: { AttachStdout: true, AttachStderr: true, Cmd: argv }, signal }, Created)
  const limit = AbortSignal.timeout(timeoutMs)
  let last = ''
  const lines = splitLines((text) => void (last = text.trim() === '' ? last : text.trim()))
  try {
    const output = await api.hijack({ method: 'POST', path: `/exec/${Id}/start`, body: { Detach: false, Tty: false }, signal: AbortSignal.any([signal, limit]) })
    const split = frameSplitter()
    for await (const chunk of output as AsyncIterable<Buffer>) for (const { bytes } of split(chunk)) lines.write(bytes)
    lines.end()
  } catch (error) {
    signal.throwIfAborted()
    if (!limit.aborted) throw error
  }
  signal.throwIfAborted()
  const { Running, ExitCode } = await api.json({ method: 'GET', path: `/exec/${Id}/json`, signal }, Ending)
  return { ending: { code: Running ? null : ExitCode, signal: null, timedOut: Running }, last }
}
