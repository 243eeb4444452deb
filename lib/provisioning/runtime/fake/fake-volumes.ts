import { Readable } from 'node:stream'

import { AppError } from '../../../errors'
import type { Volumes, Workload } from '../driver'
import { fakeFiles } from './fake-files'
import type { FakeVolume, FakeWorld } from './world'

// Volumes in memory. What is saved is readable by the fake only: its files as JSON.

type Call = <T>(work: () => T, signal: AbortSignal) => Promise<T>

export function fakeVolumes(world: FakeWorld, call: Call): Volumes {
  const usersOf = (name: string) => [...world.runs.values()].filter(({ workload }) => workload.mounts.some(({ volume }) => volume === name))
  return {
    ensure: ({ name, environmentId }, signal) => call(() => void (world.volumes.has(name) || world.volumes.set(name, { environmentId, files: new Map() })), signal),
    remove: (name, signal) =>
      call(() => {
        if (usersOf(name).length > 0) throw new AppError('conflict', 'The volume is in use. Stop and remove what uses it first.')
        world.volumes.delete(name)
      }, signal),
    list: (environmentId, signal) =>
      call(() => [...world.volumes].filter(([, volume]) => environmentId === null || volume.environmentId === environmentId).map(([name, volume]) => ({ name, environmentId: volume.environmentId, usedBy: usersOf(name).map(({ workload }) => workload.name).sort() })), signal),
    sizeBytes: (name, signal) => call(() => [...demand(world, name).files.values()].reduce((sum, bytes) => sum + (bytes?.length ?? 0), 0), signal),
    where: () => null,
    save: (name, signal) => call(() => Readable.from([Buffer.from(JSON.stringify([...demand(world, name).files].map(([path, bytes]) => [path, bytes?.toString('base64') ?? null])))]), signal),
    async restore(name, tar, signal) {
      const text = Buffer.concat(await tar.toArray({ signal }) as Buffer[]).toString()
      await call(() => {
        if (usersOf(name).some(({ seen }) => seen.phase !== 'exited')) throw new AppError('conflict', 'A service runs on this volume. Stop it before its content is replaced.')
        demand(world, name).files = new Map((JSON.parse(text) as [string, string | null][]).map(([path, bytes]) => [path, bytes === null ? null : Buffer.from(bytes, 'base64')]))
      }, signal)
    },
    files: fakeFiles((name, signal) => call(() => demand(world, name).files, signal)),
  }
}

/** Refuses a workload whose volumes are not there, or that another living one may write to. */
export function demandVolumes(world: FakeWorld, { name, mounts }: Workload): void {
  for (const { volume } of mounts) {
    demand(world, volume)
    const isWritten = [...world.runs.values()].some(({ workload, seen }) => workload.name !== name && seen.phase !== 'exited' && workload.mounts.some((mount) => mount.volume === volume))
    if (isWritten) throw new AppError('not_now', 'Another service still writes to this volume. Stop that first.', { detail: { volume } })
  }
}

function demand(world: FakeWorld, name: string): FakeVolume {
  const volume = world.volumes.get(name)
  if (!volume) throw new AppError('not_found', `There is no volume "${name}".`)
  return volume
}
