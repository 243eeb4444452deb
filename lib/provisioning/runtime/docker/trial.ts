import { setTimeout as sleep } from 'node:timers/promises'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'

import { z } from 'zod'

import { AppError } from '../../../errors'
import { segment } from '../../docker/engine-api'
import { frameSplitter } from '../../docker/frames'
import { statusOf } from '../../docker/engine-error'
import type { Trial, Trials } from '../driver'
import { Created } from './answers'
import { absentAsNull, destroy, inspect } from './containers'
import { CAPABILITIES, limitsOf } from './create'
import { missingImage } from './image'
import { containerName, LABEL, ownedFilter, ownerLabels, volumeName } from './names'
import { outputOf } from './printed'
import { alone, type Room } from './room'
import { Volume } from './volume'
import { AT, inHelper } from './volume-helper'

// A server that is tried out: a container without any network, on a volume that only it has. Both have derived names, so the next
// try of somebody who died takes them away, and both are written down as helpers, which nobody takes for a workload.

const PUT_TIMEOUT_MS = 24 * 3_600_000
const READY_MS = 180_000
const LOOK_MS = 250
const LAST_LINES = 5

export function makeTrials(room: Room): Trials {
  return {
    run: (trial, content, signal, work) => alone(room, trial.name, signal, () => tryOut(room, { trial, content, work }, signal)),
    remove: (name, signal) => alone(room, name, signal, () => clear(room, name, signal)),
  }
}

type Tried<T> = { trial: Trial; content: Readable; work(inside: (argv: readonly string[]) => Promise<string>): Promise<T> }

async function tryOut<T>(room: Room, { trial, content, work }: Tried<T>, signal: AbortSignal): Promise<T> {
  await clear(room, trial.name, signal)
  try {
    await room.api.run({ method: 'POST', path: '/volumes/create', body: { Name: volumeName(trial.name), Labels: labelsOf(room, trial.name) }, signal })
    await inHelper(room, trial.name, signal, (id) => room.api.run({ method: 'PUT', path: `/containers/${id}/archive`, query: { path: AT }, body: content, signal, timeoutMs: PUT_TIMEOUT_MS }))
    const container = await create(room, trial, signal)
    await room.api.run({ method: 'POST', path: `/containers/${container}/start`, signal })
    const inside = (argv: readonly string[]) => text(outputOf(room, { container, argv, env: [] }, signal))
    await untilReady(room, { container, ready: () => inside(trial.probe) }, signal)
    return await work(inside)
  } finally {
    content.destroy()
    await clear(room, trial.name, new AbortController().signal)
  }
}

function labelsOf({ owner }: Room, name: string): Record<string, string> {
  return { ...ownerLabels(owner), [LABEL.helper]: name }
}

async function create(room: Room, { name, image, argv, env, path, limits }: Trial, signal: AbortSignal): Promise<string> {
  const body = {
    Image: image,
    ...(argv ? { Cmd: argv } : {}),
    Env: Object.entries(env).map(([key, value]) => `${key}=${value}`),
    Labels: labelsOf(room, name),
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      Init: true,
      NetworkMode: 'none',
      LogConfig: { Type: 'json-file', Config: { 'max-size': '1m', 'max-file': '1' } },
      CapDrop: ['ALL'],
      CapAdd: CAPABILITIES,
      SecurityOpt: ['no-new-privileges'],
      IpcMode: 'private',
      ...limitsOf(limits),
      Mounts: [{ Type: 'volume', Source: volumeName(name), Target: path, VolumeOptions: { NoCopy: true } }],
    },
  }
  return room.api.json({ method: 'POST', path: '/containers/create', query: { name: containerName(name) }, body, signal }, Created).then(
    ({ Id }) => Id,
    (error: unknown) => {
      throw statusOf(error) === 404 ? missingImage(image) : error
    },
  )
}

async function untilReady(room: Room, { container, ready }: { container: string; ready(): Promise<string> }, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + READY_MS
  for (;;) {
    signal.throwIfAborted()
    const problem = await ready().then(() => null, (error: Error) => error)
    if (problem === null) return
    signal.throwIfAborted()
    const seen = await inspect(room, container, signal)
    if (!seen?.State.Running) throw new AppError('unavailable', `The server did not start on the snapshot. It ended with code ${seen?.State.ExitCode ?? 'unknown'}. ${await lastLines(room, container, signal)}`.trim())
    if (performance.now() > deadline) throw new AppError('unavailable', `The server did not answer within ${READY_MS / 1000} s on the snapshot. ${problem.message}`)
    await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined)
  }
}

/** What it said at last. */
async function lastLines(room: Room, container: string, signal: AbortSignal): Promise<string> {
  const body = await room.api.stream({ method: 'GET', path: `/containers/${container}/logs`, query: { stdout: true, stderr: true, tail: LAST_LINES }, signal })
  const split = frameSplitter()
  const said: string[] = []
  for await (const chunk of body as AsyncIterable<Buffer>) for (const { bytes } of split(chunk)) said.push(bytes.toString('utf8'))
  return said.join('').trim().split('\n').at(-1) ?? ''
}

/** Nothing is left of it. */
async function clear(room: Room, name: string, signal: AbortSignal): Promise<void> {
  const filters = ownedFilter(room.owner, { [LABEL.helper]: name })
  const containers = await room.api.json({ method: 'GET', path: '/containers/json', query: { all: true, filters }, signal }, z.array(Created))
  for (const { Id } of containers) await destroy(room, Id, signal)
  const { Volumes } = await room.api.json({ method: 'GET', path: '/volumes', query: { filters }, signal }, z.object({ Volumes: z.array(Volume).nullable() }))
  for (const { Name } of Volumes ?? []) await absentAsNull(room.api.run({ method: 'DELETE', path: `/volumes/${segment(Name)}`, signal }))
}

const Aged = z.object({ Volumes: z.array(Volume.extend({ CreatedAt: z.coerce.date().optional() })).nullable() })

/** Volumes that nobody came back for. */
export async function removeOldTrials(room: Room, before: Date, signal: AbortSignal): Promise<void> {
  const { Volumes } = await room.api.json({ method: 'GET', path: '/volumes', query: { filters: { label: [...ownedFilter(room.owner).label, LABEL.helper] } }, signal }, Aged)
  for (const { CreatedAt, Labels } of Volumes ?? []) if (CreatedAt !== undefined && CreatedAt < before) await clear(room, Labels[LABEL.helper]!, signal)
}
