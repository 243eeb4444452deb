import { AppError } from '../../../errors'
import type { Workload } from '../driver'
import { lookAt } from './look'
import { storedWorkloads } from './observe'
import { placeMounts, returnPlaces } from './place-mounts'
import type { Room } from './room'
import { exclusivelyIn, gone, environmentOf, volumeFolder } from './volume-folder'

// A process cannot mount: what it writes to is told by variables, and a mount path among its own files becomes a link.

/** Starts a workload with its volumes: no other one that may write to them is started or removed meanwhile. */
export async function withVolumes(room: Room, workload: Workload, signal: AbortSignal, start: () => Promise<void>): Promise<void> {
  const names = workload.mounts.map(({ volume }) => volume).sort()
  const locked = names.reduceRight<() => Promise<void>>((inner, name) => () => exclusivelyIn(room, name, signal, inner), async () => {
    const living = storedWorkloads(room, new Set()).filter(({ folder, state }) => state.name !== workload.name && lookAt(folder, state).lives)
    for (const name of names) {
      if (environmentOf(volumeFolder(room, name)) === null) throw gone(name)
      if (living.some(({ state }) => state.volumes.includes(name))) throw new AppError('not_now', 'Another service still writes to this volume. Stop that first.', { detail: { volume: name } })
    }
    const { start: program } = workload
    if (program.kind === 'command' && program.root !== undefined) {
      const isShared = living.some(({ state }) => state.cwd === program.cwd)
      if (!isShared) returnPlaces(program.root, workload.mounts)
      placeMounts(room, program.root, workload.mounts)
    }
    await start()
  })
  await locked()
}
