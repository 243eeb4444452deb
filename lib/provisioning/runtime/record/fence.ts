import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { AppError } from '../../../errors'
import type { Workload } from '../driver'
import { withFileLock } from './file-lock'
import { writeAtomically } from './write-atomically'

// The newest generation applied for each service, in a file of its own: it outlives the workloads, so that a worker
// that was long away cannot bring back what has been replaced and removed meanwhile.

/** Refuses an older generation than the newest seen for the service, and remembers a newer one. */
export async function passFence(root: string, workload: Workload, signal: AbortSignal): Promise<void> {
  const file = fenceFile(root, workload.serviceId)
  const { generation } = workload
  if (readFence(file) === generation) return
  await withFileLock(join(root, '.locks', 'fences', workload.serviceId), signal, async () => {
    const newest = readFence(file)
    if (generation < newest) {
      throw new AppError('stale_generation', 'A newer version of this service has been applied since.', { detail: { service: workload.serviceId, generation, newest } })
    }
    if (generation === newest) return
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    writeAtomically(file, `${generation}\n`)
  })
}

/** Takes the fence of a deleted service away; its id never comes again. */
export function removeFence(root: string, serviceId: string): void {
  rmSync(fenceFile(root, serviceId), { force: true })
}

function fenceFile(root: string, serviceId: string): string {
  if (!/^[A-Za-z0-9_-]{1,100}$/.test(serviceId)) throw new AppError('invalid_input', `"${serviceId}" cannot be the id of a service.`)
  return join(root, '.fences', serviceId)
}

function readFence(file: string): number {
  try {
    const generation = Number.parseInt(readFileSync(file, 'utf8'), 10)
    return Number.isNaN(generation) ? Number.NEGATIVE_INFINITY : generation
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Number.NEGATIVE_INFINITY
    throw error
  }
}
