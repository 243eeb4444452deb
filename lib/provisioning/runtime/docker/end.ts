import { rmSync } from 'node:fs'

import { segment } from '../../docker/engine-api'
import type { WorkloadRef } from '../driver'
import { rememberRemoved } from '../record/removed-jobs'
import { absentAsNull, destroy, ownContainerOf } from './containers'
import { dropMonitor } from './look-after'
import { LABEL } from './names'
import { removeNameless } from './nameless'
import { syncLinks } from './network'
import { catchUp, dropFollower } from './output'
import type { Room } from './room'
import { readState, runFolder, writeState } from './state'

export type Ending = { graceMs: number; signal: AbortSignal }

/** How much longer than the grace the engine may take to answer. */
const ANSWER_MS = 30_000

/** Ends its container; the record stays and says that it was us. */
export async function stopWorkload(room: Room, ref: WorkloadRef, ending: Ending): Promise<void> {
  const { signal } = ending
  const container = await ownContainerOf(room, ref.name, signal)
  markStopping(room, ref)
  if (container) {
    await stopContainer(room, container.Id, ending)
    await catchUp(room, { name: ref.name, container: container.Id }, signal)
  }
  dropMonitor(room, ref.name)
  room.changed(container?.Config.Labels[LABEL.environment] ?? ref.environmentId)
}

/** Ends its container, then removes it and all that is on disk of it. */
export async function removeWorkload(room: Room, ref: WorkloadRef, ending: Ending): Promise<void> {
  const folder = runFolder(room.folder, ref.name)
  const container = await ownContainerOf(room, ref.name, ending.signal)
  const state = readState(folder)
  if (state === null && container === null) return rmSync(folder.path, { recursive: true, force: true })
  markStopping(room, ref)
  if (container) await stopContainer(room, container.Id, ending)
  if ((state?.role ?? container?.Config.Labels[LABEL.role] ?? 'job') === 'job') rememberRemoved(room.folder, ref.name)
  dropMonitor(room, ref.name)
  await dropFollower(room, ref.name)
  if (container) await destroy(room, container.Id, ending.signal)
  await removeNameless(room, ref.name, ending.signal)
  rmSync(folder.path, { recursive: true, force: true })
  const environmentId = state?.environmentId ?? ref.environmentId
  if (environmentId !== '') await syncLinks(room, environmentId, ending.signal)
  room.changed(environmentId)
}

/** Before the first signal: whoever looks from now on knows that the end was wanted. */
function markStopping(room: Room, { name }: WorkloadRef): void {
  const folder = runFolder(room.folder, name)
  const state = readState(folder)
  if (state && !state.stopping) writeState(folder, { ...state, stopping: true })
}

/** With the signal that its image asks for, SIGTERM where it does not say; after the grace with SIGKILL. */
async function stopContainer(room: Room, id: string, { graceMs, signal }: Ending): Promise<void> {
  await absentAsNull(room.api.run({ method: 'POST', path: `/containers/${segment(id)}/stop`, query: { t: Math.ceil(graceMs / 1000) }, signal, timeoutMs: graceMs + ANSWER_MS }))
}
