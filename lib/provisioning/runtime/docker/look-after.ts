import type { Inspected } from './answers'
import { startMonitor } from './monitor'
import { ensureFollower } from './output'
import type { Room } from './room'
import type { State } from './state'

/** Sees to it that a running container is watched and its output written down. Repeated: no-op. */
export function lookAfter(room: Room, state: State, container: Inspected): void {
  if (room.closing.aborted) return
  ensureFollower(room, state.name, container.Id)
  const present = room.monitors.get(state.name)
  if (state.role === 'job' || present?.container === container.Id) return
  dropMonitor(room, state.name)
  room.monitors.set(state.name, startMonitor(room, { name: state.name, container: container.Id }))
}

export function dropMonitor(room: Room, name: string): void {
  // Whoever wants to know that its last check has ended waits for it: see the driver's `close`.
  void room.monitors.get(name)?.close()
  room.monitors.delete(name)
}
