import { randomUUID } from 'node:crypto'

import { z } from 'zod'

import { frameSplitter } from '../../docker/frames'
import { splitLines } from '../../process/split-lines'
import { Created } from './answers'
import type { Room } from './room'

export type Execution = { container: string; argv: string[]; timeoutMs: number; /** Beside what the container was started with, and in place of it. */ env?: Record<string, string> }
export type Executed = { ending: { code: number | null; signal: string | null; timedOut: boolean }; /** The last line that it printed. */ last: string }

const Ending = z.object({ Running: z.boolean(), ExitCode: z.number().nullable() })

const MARK = 'EASEL_INSIDE'
/**
 * The engine has no way to end what it runs inside a container, so that is found by a mark in its environment. Fixed text, which is
 * given the signal and the mark. An image without a shell or grep keeps what it runs until it ends by itself.
 */
const END = ['/bin/sh', '-c', 'for process in /proc/[0-9]*; do if grep -q "$1" "$process/environ" 2>/dev/null; then kill -s "$0" "${process#/proc/}" 2>/dev/null; fi; done']
const END_TIMEOUT_MS = 5_000

/** An entry of the environment that nothing else in the container has. */
export function newMark(): string {
  return `${MARK}=${randomUUID()}`
}

/** Ends all that was started with the mark. */
export async function endMarked(room: Room, { container, mark, how }: { container: string; mark: string; how: 'HUP' | 'KILL' }, signal: AbortSignal): Promise<void> {
  await run(room, { container, argv: [...END, how, mark], timeoutMs: END_TIMEOUT_MS, env: [] }, signal)
}

/** Runs a program inside a container to its end, or until the time is up. */
export async function execute(room: Room, { container, argv, timeoutMs, env = {} }: Execution, signal: AbortSignal): Promise<Executed> {
  const mark = newMark()
  const executed = await run(room, { container, argv, timeoutMs, env: [...Object.entries(env).map(([key, value]) => `${key}=${value}`), mark] }, signal)
  if (executed.ending.timedOut) await endMarked(room, { container, mark, how: 'KILL' }, signal)
  return executed
}

async function run({ api }: Room, { container, argv, timeoutMs, env }: Omit<Execution, 'env'> & { env: string[] }, signal: AbortSignal): Promise<Executed> {
  const { Id } = await api.json({ method: 'POST', path: `/containers/${container}/exec`, body: { AttachStdout: true, AttachStderr: true, Cmd: argv, Env: env }, signal }, Created)
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
