import { PassThrough } from 'node:stream'

import { z } from 'zod'

import { AppError } from '../../../errors'
import { segment } from '../../docker/engine-api'
import type { Terminal, WorkloadRef } from '../driver'
import { Created } from './answers'
import { containerOf } from './containers'
import { endMarked, newMark } from './exec'
import type { Room } from './room'

// A terminal inside a running container: a program of its image, with a terminal of the engine.

export type Session = { argv: string[] | null; columns: number; rows: number }

/** The better shell where the image has one. Fixed text: nothing is ever put into it. */
const SHELL = ['/bin/sh', '-c', 'if [ -x /bin/bash ]; then exec /bin/bash; fi; exec /bin/sh']
const Ending = z.object({ Running: z.boolean(), ExitCode: z.number().nullable() })
const never = new AbortController().signal

export async function openTerminal(room: Room, ref: WorkloadRef, { session, signal }: { session: Session; signal: AbortSignal }): Promise<Terminal> {
  const container = await containerOf(room, ref.name, signal)
  if (!container?.State.Running) throw new AppError('not_now', 'It does not run at the moment. Open a terminal when it does.')
  const { api } = room
  const mark = newMark()
  const body = { AttachStdin: true, AttachStdout: true, AttachStderr: true, Tty: true, Cmd: session.argv ?? SHELL, Env: [mark, 'TERM=xterm-256color', `COLUMNS=${session.columns}`, `LINES=${session.rows}`] }
  const { Id } = await api.json({ method: 'POST', path: `/containers/${segment(container.Id)}/exec`, body, signal }, Created)
  const connection = await api.hijack({ method: 'POST', path: `/exec/${Id}/start`, body: { Detach: false, Tty: true }, signal: room.closing })
  const resize = ({ columns, rows }: { columns: number; rows: number }) =>
    api.run({ method: 'POST', path: `/exec/${Id}/resize`, query: { w: columns, h: rows }, signal: room.closing }).catch((error: unknown) => {
      // It has ended, or has not quite begun: the next size is as good.
      if ((error as AppError).code === 'unavailable' && !(error as AppError).detail.status) throw error
    })
  const ended = new Promise<number | null>((resolve) => {
    const settle = () => void api.json({ method: 'GET', path: `/exec/${Id}/json`, signal: never }, Ending).then(({ Running, ExitCode }) => resolve(Running ? null : ExitCode), () => resolve(null))
    connection.once('close', settle)
  })
  const output = connection.pipe(new PassThrough())
  connection.once('error', () => undefined).once('close', () => output.end())
  // The engine has shown all there is.
  connection.once('end', () => connection.destroy())
  await resize(session)
  return {
    output,
    input: connection,
    resize,
    ended,
    close() {
      if (connection.destroyed) return
      connection.destroy()
      // The engine leaves the program running when we hang up.
      endMarked(room, { container: container.Id, mark, how: 'HUP' }, never).catch((cause: unknown) => room.log.warn({ workload: ref.name, cause }, 'what ran in a terminal could not be ended'))
    },
  }
}
