import { setTimeout as sleep } from 'node:timers/promises'

import { readJsonLines } from '../../docker/json-lines'
import { Event } from './answers'
import { destroy } from './containers'
import { dropMonitor } from './look-after'
import { LABEL, ownedFilter } from './names'
import { observeAll } from './observe'
import type { Room } from './room'
import { isLeftOver } from './volume-helper'
import { removeOldHelpers } from './volumes'

// Hears from the engine what happens to our containers. Hints only: whatever happens while nobody listens is seen by the look
// that begins every time of listening.

const ACTIONS = ['create', 'start', 'die', 'destroy', 'oom', 'stop', 'kill', 'pause', 'unpause', 'rename']
const LOOK_TIMEOUT_MS = 30_000
const LONGEST_PAUSE_MS = 5_000

/** Listens until the room closes; an engine that is away is asked again and again. */
export async function listen(room: Room): Promise<void> {
  const signal = room.closing
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      const query = { filters: { ...ownedFilter(room.owner), type: ['container'], event: ACTIONS } }
      const body = await room.api.stream({ method: 'GET', path: '/events', query, signal })
      // What runs is looked after from here on, also what an engine brought back after a restart.
      const seen = await observeAll(room, null, AbortSignal.any([signal, AbortSignal.timeout(LOOK_TIMEOUT_MS)]))
      if (failures > 0) for (const environmentId of new Set(seen.map((each) => each.environmentId))) room.changed(environmentId)
      failures = 0
      await removeOldHelpers(room, AbortSignal.any([signal, AbortSignal.timeout(LOOK_TIMEOUT_MS)]))
      for await (const event of readJsonLines(body, Event)) heard(room, event)
    } catch (cause) {
      if (signal.aborted) return
      if (failures === 0) room.log.warn({ cause }, 'the Docker engine cannot be listened to, will try again')
    }
    await sleep(Math.min(200 * 2 ** failures, LONGEST_PAUSE_MS), undefined, { signal, ref: false }).catch(() => undefined)
  }
}

function heard(room: Room, { Action, Actor }: Event): void {
  if (Action === 'create') return void removeLeftOver(room, Actor)
  const name = Actor.Attributes[LABEL.name]
  if (name === undefined) return
  if ((Action === 'die' || Action === 'destroy') && room.monitors.get(name)?.container === Actor.ID) dropMonitor(room, name)
  room.changed(Actor.Attributes[LABEL.environment] ?? '')
}

/** What a process asked for just before its end may be there only now. */
async function removeLeftOver(room: Room, { ID, Attributes }: Event['Actor']): Promise<void> {
  if (!isLeftOver({ Labels: Attributes })) return
  await destroy(room, ID, room.closing).catch((cause: unknown) => room.log.warn({ container: ID, cause }, 'a helper that was left over could not be removed'))
}
