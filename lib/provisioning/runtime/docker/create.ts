import { AppError } from '../../../errors'
import { saidOf, statusOf } from '../../docker/engine-error'
import type { Limits, Workload } from '../driver'
import { Created } from './answers'
import { containerOf, foreign } from './containers'
import { fetchImage, missingImage } from './image'
import { containerName, volumeName, workloadLabels } from './names'
import { namelessMounts } from './nameless'
import type { Room } from './room'
import { findVolume } from './volume'

// What a container of ours may do. Nothing of this can be chosen by the person besides the limits and the read-only root: it
// gets no privileges, no namespace of its machine and no socket.

/**
 * What common images need to start as root and go on as somebody else: own and read their folders, change user, open a port
 * below 1024, and end their children. No raw sockets, no devices, no chroot, no audit, no setting of file capabilities.
 */
export const CAPABILITIES = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'KILL', 'NET_BIND_SERVICE', 'SETGID', 'SETUID']
/** Enough for any server, and not for a fork bomb. */
const USUAL_PIDS = 512
const MEBIBYTE = 1024 * 1024
/** Can be written to where the rest cannot. */
const SCRATCH = '/tmp'
/** What an engine keeps of the output of one container while nobody of ours reads it. */
const OUTPUT = { 'max-size': '16m', 'max-file': '4' }

/** The network of its environment, and whether names are known in it. */
type Home = { name: string; links: 'all' | 'only' }

/** A container that has not been started. Fetches its image again when the engine has lost it. */
export async function createContainer(room: Room, { workload, network }: { workload: Workload; network: Home }, signal: AbortSignal): Promise<string> {
  const { start } = workload
  if (start.kind !== 'image') throw new AppError('invalid_input', 'Only images can run on Docker. Deploy the service again on this target.')
  const mounts = await mountsOf(room, workload, signal)
  const create = async () => {
    const nameless = await namelessMounts(room, { image: start.image, name: workload.name, taken: [...workload.mounts.map(({ path }) => path), ...(workload.readOnly ? [SCRATCH] : [])] }, signal)
    const body = containerBody(room, { workload, network, mounts: [...mounts, ...nameless] })
    return room.api.json({ method: 'POST', path: '/containers/create', query: { name: containerName(workload.name) }, body, signal, timeoutMs: 60_000 }, Created)
  }
  try {
    return (await create().catch(async (error: unknown) => {
      if (!isMissingImage(error)) throw error
      if (start.pull === null) throw missingImage(start.image)
      await fetchImage(room, { image: start.image, auth: start.pull.auth }, signal)
      return create()
    })).Id
  } catch (error) {
    if (isMissingImage(error)) throw missingImage(start.image)
    if (statusOf(error) === 400 && /no command specified/i.test(saidOf(error))) throw noCommand(start.image)
    if (statusOf(error) !== 409) throw error
    // Throws when it is a foreign one. Ours: of a worker that died before it wrote it down, or after.
    const present = await containerOf(room, workload.name, signal)
    if (present === null) throw foreign(workload.name)
    return present.Id
  }
}

/** `detail.reason` says it to programs: whatever is tried, it does not start. */
function noCommand(image: string): AppError {
  return new AppError('invalid_input', 'The image does not say which program to start, and none was chosen. Set a start command in Settings, or add CMD or ENTRYPOINT to its Dockerfile.', { detail: { reason: 'no_start_command', image } })
}

function isMissingImage(error: unknown): boolean {
  return statusOf(error) === 404 && /image/i.test(saidOf(error))
}

function containerBody(room: Room, { workload, network, mounts }: { workload: Workload; network: Home; mounts: object[] }): object {
  const { start, port, names, limits } = workload
  if (start.kind !== 'image') return {}
  const published = room.reach.kind === 'published' && port !== null ? { [`${port}/tcp`]: [{ HostIp: room.reach.bind, HostPort: '' }] } : {}
  return {
    Image: start.image,
    ...(start.entrypoint ? { Entrypoint: start.entrypoint } : {}),
    ...(start.argv ? { Cmd: start.argv } : {}),
    ...(start.cwd ? { WorkingDir: start.cwd } : {}),
    Env: Object.entries(workload.env).map(([name, value]) => `${name}=${value}`),
    Labels: workloadLabels(room.owner, workload),
    ...(port === null ? {} : { ExposedPorts: { [`${port}/tcp`]: {} } }),
    // Checked from outside: a check that the image brings along would cost a process each time and tell us nothing.
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      Init: true,
      RestartPolicy: { Name: 'no' },
      LogConfig: { Type: 'json-file', Config: OUTPUT },
      CapDrop: ['ALL'],
      CapAdd: CAPABILITIES,
      SecurityOpt: ['no-new-privileges'],
      IpcMode: 'private',
      ...limitsOf(limits),
      ...(workload.readOnly ? { ReadonlyRootfs: true, Tmpfs: { [SCRATCH]: 'rw,nosuid,nodev,mode=1777' } } : {}),
      Mounts: mounts,
      PortBindings: published,
      NetworkMode: network.name,
    },
    NetworkingConfig: { EndpointsConfig: { [network.name]: { Aliases: network.links === 'all' ? names : [] } } },
  }
}

/** Limits as the engine has them. */
export function limitsOf({ pids, memoryMib, cpuMilli }: Limits): object {
  return {
    PidsLimit: pids ?? USUAL_PIDS,
    // No swap beside it, or the limit would be twice what it says.
    ...(memoryMib === null ? {} : { Memory: memoryMib * MEBIBYTE, MemorySwap: memoryMib * MEBIBYTE }),
    ...(cpuMilli === null ? {} : { NanoCpus: cpuMilli * 1_000_000 }),
  }
}

/** An engine gives an empty volume the content and the owner of what it covers in the image, where that has something there. */
async function mountsOf(room: Room, { mounts }: Workload, signal: AbortSignal): Promise<object[]> {
  return Promise.all(
    mounts.map(async ({ volume, path, readOnly }) => {
      const found = await findVolume(room, volume, signal)
      if (found === null) throw new AppError('not_found', `The volume "${volume}" is not on the Docker engine any more. Restore it from a snapshot, or remove it from the service.`)
      return { Type: 'volume', Source: volumeName(volume), Target: path, ReadOnly: readOnly, VolumeOptions: { NoCopy: false } }
    }),
  )
}
