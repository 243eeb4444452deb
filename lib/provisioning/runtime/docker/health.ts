import { existsSync, readFileSync } from 'node:fs'

import { z } from 'zod'

import type { Health } from '../health/judge-health'
import { writeAtomically } from '../record/write-atomically'
import type { Room } from './room'
import { runFolder } from './state'

// What is known of the health of a container, beside its state. Every worker that watches it writes it; what is known of
// another container of the workload is never taken for it.

const Stored = z.object({ container: z.string(), health: z.enum(['unknown', 'healthy', 'unhealthy']), healthMessage: z.string().nullable(), wasHealthy: z.boolean() })

const NOTHING_KNOWN: Health = { health: 'unknown', healthMessage: null, wasHealthy: false }

/** As it was found last: also when it could not be written down, as on a full disk. */
export function readHealth(room: Room, name: string, container: string): Health {
  const monitor = room.monitors.get(name)
  const unwritten = monitor?.container === container ? monitor.unwritten() : null
  if (unwritten) return unwritten
  try {
    const { container: of, ...health } = Stored.parse(JSON.parse(readFileSync(runFolder(room.folder, name).health, 'utf8')))
    return of === container ? health : NOTHING_KNOWN
  } catch {
    return NOTHING_KNOWN
  }
}

export function writeHealth(room: Room, { name, container }: { name: string; container: string }, health: Health): void {
  const folder = runFolder(room.folder, name)
  // Removed meanwhile: nothing of it shall come back.
  if (existsSync(folder.path)) writeAtomically(folder.health, `${JSON.stringify({ container, ...health })}\n`)
}
