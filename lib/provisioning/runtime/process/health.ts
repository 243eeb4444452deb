import { existsSync, readFileSync } from 'node:fs'

import { z } from 'zod'

import type { Health } from '../health/judge-health'
import { markHealthy } from './look'
import { runFiles, type RunFiles, type RunFolder } from './run-folder'
import type { State } from './state'
import { writeAtomically } from '../record/write-atomically'

// What is known of the health of a run, in the run's own folder. Every worker that watches the run writes it; two may
// overwrite each other's last finding, never that the run has once been healthy: that is a mark which only appears.

const StoredHealth = z.object({
  health: z.enum(['unknown', 'healthy', 'unhealthy']),
  healthMessage: z.string().nullable(),
  /** The loopback address that answered last. */
  host: z.string().nullable(),
})

export type KnownHealth = Health & { host: string | null }

const NOTHING_KNOWN: KnownHealth = { health: 'unknown', healthMessage: null, wasHealthy: false, host: null }

export function readHealth(folder: RunFolder, state: State): KnownHealth {
  const files = runFiles(folder, state.run)
  const wasHealthy = existsSync(files.healthy) || (state.former?.wasHealthy ?? false)
  const stored = readStored(files)
  if (stored) return { ...stored, wasHealthy }
  return state.former ?? { ...NOTHING_KNOWN, wasHealthy }
}

export function writeHealth(folder: RunFolder, state: State, after: KnownHealth): void {
  const files = runFiles(folder, state.run)
  const { wasHealthy, ...stored } = after
  if (wasHealthy) markHealthy(files)
  writeAtomically(files.health, `${JSON.stringify(StoredHealth.parse(stored))}\n`)
}

function readStored(files: RunFiles): z.infer<typeof StoredHealth> | null {
  try {
    return StoredHealth.parse(JSON.parse(readFileSync(files.health, 'utf8')))
  } catch {
    // None yet, or cut short by a crash of the machine: the next check writes it.
    return null
  }
}
