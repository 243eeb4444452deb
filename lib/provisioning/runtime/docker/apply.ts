import { rmSync } from 'node:fs'

import { z } from 'zod'

import { AppError } from '../../../errors'
import { segment } from '../../docker/engine-api'
import { readJsonLines } from '../../docker/json-lines'
import type { Workload } from '../driver'
import { passFence } from '../record/fence'
import { wasRemoved } from '../record/removed-jobs'
import { Event, neverStarted, type Inspected } from './answers'
import { absentAsNull, containerOf, destroy } from './containers'
import { createContainer } from './create'
import { removeNameless } from './nameless'
import { ensureHomeNetwork, syncLinks } from './network'
import { catchUp, ensureFollower } from './output'
import type { Room } from './room'
import { intended, readState, runFolder, writeState, type State } from './state'
import { lookAfter } from './look-after'
import { withVolumes } from './volumes'

// Starting a workload.
//
// A container is made, its id is written down, then it is started, by that id and once. A service that has ended gets a new
// container, so that nothing an earlier run left behind is in its way. A job has one run only: whoever finds a container of a
// job that was made and never seen running cannot know whether a start of it is still under way, sent by a worker that
// has died since. So it is removed first, after which such a start finds nothing, and then the engine is asked whether it was
// started before that; only if not is there another one.

export async function applyWorkload(room: Room, workload: Workload, signal: AbortSignal): Promise<void> {
  await passFence(room.folder, workload, signal)
  const before = readState(runFolder(room.folder, workload.name))
  const present = await containerOf(room, workload.name, signal)
  if (workload.role === 'job') return applyJob(room, { workload, before, present }, signal)
  if (present?.State.Running && !(before?.stopping ?? false) && (before?.port ?? workload.port) === workload.port) return goOn(room, { workload, before, present }, signal)
  if (present) await endFormerRun(room, { workload, present }, signal)
  await startAnew(room, { workload, before }, signal)
}

type Applying = { workload: Workload; before: State | null; present: Inspected | null }

async function applyJob(room: Room, applying: Applying, signal: AbortSignal): Promise<void> {
  const { workload, before, present } = applying
  if (before === null && present === null && wasRemoved(room.folder, workload.name)) {
    throw new AppError('stale_generation', 'This job has been started before, and its record was removed since.', { detail: { workload: workload.name } })
  }
  if (before?.lost || (before !== null && before.container !== null && present === null)) return goOn(room, applying, signal)
  if (present === null) return startAnew(room, { workload, before }, signal)
  if (hasBegun(present) || before?.stopping) return goOn(room, applying, signal)
  // Made, but its id was not written down: then nobody has asked for its start yet.
  if (before !== null && before.container === null) return start(room, { workload, state: before, id: present.Id }, signal)
  if (await takeAway(room, { ...applying, present }, signal)) return startAnew(room, { workload, before: null }, signal)
}

/** It runs, has run, or could not be started. */
export function hasBegun(container: Inspected): boolean {
  return !neverStarted(container) || container.State.Error !== ''
}

/** Removes a container that seems not to have begun. False when it turns out that it had: then how it ended is not known any more. */
async function takeAway(room: Room, { workload, before, present }: Applying & { present: Inspected }, signal: AbortSignal): Promise<boolean> {
  const folder = runFolder(room.folder, workload.name)
  const state = before ?? intended(workload, null)
  writeState(folder, { ...state, container: present.Id, lost: true })
  // Not by force: the engine refuses to remove what runs by now.
  await absentAsNull(room.api.run({ method: 'DELETE', path: `/containers/${segment(present.Id)}`, query: { v: true }, signal })).catch(async (error: unknown) => {
    writeState(folder, { ...state, container: present.Id })
    throw error
  })
  // The clock of the engine: at a time to come it would wait for that.
  const { SystemTime } = await room.api.json({ method: 'GET', path: '/info', signal }, z.object({ SystemTime: z.coerce.date() }))
  const query = { since: 0, until: SystemTime.getTime() / 1000, filters: { container: [present.Id], event: ['start', 'die'] } }
  const events = await room.api.stream({ method: 'GET', path: '/events', query, signal })
  try {
    for await (const event of readJsonLines(events, z.union([Event, z.looseObject({})]))) if ('Action' in event) return false
  } finally {
    events.destroy()
  }
  writeState(folder, { ...state, container: null, lost: false })
  return true
}

/** It runs, or is a job that has ended: what is newer about it is taken note of. */
async function goOn(room: Room, { workload, before, present }: Applying, signal: AbortSignal): Promise<void> {
  const { generation, names, reaches } = workload
  const state = before ?? { ...intended(workload, null), container: present?.Id ?? null, startedAt: present?.State.StartedAt ?? new Date() }
  const after: State = { ...state, generation, names, reaches, check: workload.health, container: state.container ?? present?.Id ?? null }
  if (JSON.stringify(after) !== JSON.stringify(before)) writeState(runFolder(room.folder, workload.name), after)
  if (JSON.stringify([reaches, names]) !== JSON.stringify([before?.reaches, before?.names])) await syncLinks(room, workload.environmentId, signal)
  if (present?.State.Running) lookAfter(room, after, present)
}

/** What it printed is kept, the rest of it goes. */
async function endFormerRun(room: Room, { workload, present }: { workload: Workload; present: Inspected }, signal: AbortSignal): Promise<void> {
  if (present.State.Running) await room.api.run({ method: 'POST', path: `/containers/${present.Id}/stop`, query: { t: 2 }, signal })
  await catchUp(room, { name: workload.name, container: present.Id }, signal)
  await destroy(room, present.Id, signal)
}

async function startAnew(room: Room, { workload, before }: { workload: Workload; before: State | null }, signal: AbortSignal): Promise<void> {
  const folder = runFolder(room.folder, workload.name)
  const state = intended(workload, before)
  writeState(folder, state)
  // A run that is not known begins with empty files: what is left of one that was removed halfway is stored already.
  for (const file of [folder.health, folder.ended, ...(before === null ? [folder.output, folder.stdout, folder.stderr] : [])]) rmSync(file, { force: true })
  const network = await ensureHomeNetwork(room, workload, signal)
  if (before !== null) await removeNameless(room, workload.name, signal)
  signal.throwIfAborted()
  await withVolumes(room, workload, signal, async () => {
    const id = await createContainer(room, { workload, network }, signal).catch((error: unknown) => {
      if (!signal.aborted && error instanceof AppError) writeState(folder, { ...state, complaint: error.message })
      throw error
    })
    await start(room, { workload, state, id }, signal)
  })
}

type Starting = { workload: Workload; state: State; id: string }

async function start(room: Room, { workload, state, id }: Starting, signal: AbortSignal): Promise<void> {
  const folder = runFolder(room.folder, workload.name)
  const begun: State = { ...state, container: id, startedAt: new Date() }
  writeState(folder, begun)
  // Before it starts: its links are there when its program first asks for them.
  await syncLinks(room, workload.environmentId, signal)
  await room.api.run({ method: 'POST', path: `/containers/${segment(id)}/start`, signal, timeoutMs: 60_000 }).catch(async (error: unknown) => {
    signal.throwIfAborted()
    const seen = await containerOf(room, workload.name, signal)
    // The engine has written down why: such as a program that the image does not have. Not an error of the platform.
    if (seen === null || seen.State.Error === '') throw error
  })
  const seen = await containerOf(room, workload.name, signal)
  if (seen) {
    ensureFollower(room, workload.name, id)
    if (!neverStarted(seen)) writeState(folder, { ...begun, startedAt: seen.State.StartedAt })
    if (seen.State.Running) lookAfter(room, begun, seen)
  }
  room.changed(workload.environmentId)
}
