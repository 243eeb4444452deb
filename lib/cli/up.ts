import { createReadStream } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { Readable } from 'node:stream'

import { deploymentCreate } from '../contract/deployment'
import { instanceGet, type InstanceView } from '../contract/instance'
import { serviceCreate, serviceGet, serviceUpdate, type ServiceView } from '../contract/service'
import type { Source } from '../contract/source'
import { uploadCreate, type UploadView } from '../contract/upload'
import { folderName } from '../domain/archive/folder-name'
import { sizeWords, tooLarge } from '../domain/archive/limits'
import { CallError, type Client } from './client'
import { followDeployment } from './follow'
import { listFolder } from './folder-files'
import { packFolder, type Packed } from './pack-folder'
import { tell } from './print'
import { rememberService, serviceOf } from './up-folders'

// A folder of this machine, uploaded and deployed: to the service it went to before, or to a new one.

export type UpOptions = { service?: string; environment?: string; name?: string; rootDirectory?: string; wait?: boolean }
type Place = { client: Client; folder: string }
/** Where it goes: a service there is, or an environment in which one is drawn. */
type Goal = { service: ServiceView } | { environmentId: string }

const TRIES = 3
const PAUSE_MS = 1_000

/** Uploads a folder and deploys it. Returns the exit code. */
export async function up(given: string, options: UpOptions, { client, folder }: Place): Promise<number> {
  const path = await realpath(given).catch(() => given)
  if (!(await stat(path).then((found) => found.isDirectory(), () => false))) throw new CallError(`${given} is no folder.`, 400)
  const goal = await goalOf(path, options, { client, folder })
  const upload = await send(path, 'service' in goal ? goal.service.environmentId : goal.environmentId, client)
  const service = await setTo(goal, { upload, options, client })
  await rememberService(folder, { url: client.url, path, serviceId: service.id })
  const { id } = (await client.call(deploymentCreate, { serviceId: service.id })) as { id: string }
  tell(`Deployment ${id} of ${service.name}`)
  if (options.wait === false) return 0
  return (await followDeployment(client, id)) ? 0 : 1
}

async function goalOf(path: string, { service, environment, name }: UpOptions, { client, folder }: Place): Promise<Goal> {
  if (service !== undefined && environment !== undefined) throw new CallError('Say either --service or --environment: a service has its environment.', 400)
  if (environment !== undefined) return { environmentId: environment }
  if (name !== undefined) throw new CallError('A name is for a new service: say also --environment.', 400)
  const remembered = service === undefined ? await serviceOf(folder, client.url, path) : null
  const serviceId = service ?? remembered
  if (serviceId === null) throw new CallError('This folder was not uploaded before. Say where it goes: --environment <id> for a new service, or --service <id> for one there is.', 400)
  try {
    return { service: (await client.call(serviceGet, { serviceId })) as ServiceView }
  } catch (error) {
    const isGone = remembered !== null && error instanceof CallError && error.status === 404
    throw isGone ? new CallError('The service that this folder went to is gone. Say where it goes now: --environment <id> for a new service, or --service <id> for one there is.', 404) : error
  }
}

async function send(path: string, environmentId: string, client: Client): Promise<UploadView> {
  const { uploads: limits } = (await client.call(instanceGet, {})) as InstanceView
  const files = await listFolder(path, limits)
  const packed = await packFolder(path, files)
  try {
    const problem = tooLarge({ packedBytes: packed.sizeBytes }, limits)
    if (problem !== null) throw new CallError(problem, 413)
    tell(`Uploading ${files.length} ${files.length === 1 ? 'file' : 'files'}, ${sizeWords(packed.sizeBytes)}`)
    const address = (await client.call(uploadCreate, { environmentId, name: folderName(basename(path)), sizeBytes: packed.sizeBytes })) as { path: string }
    return await put(`${client.url}${address.path}`, packed)
  } finally {
    await packed.remove()
  }
}

/** Sends it again when the connection broke off or nobody takes it for a moment: the address stays good until all has arrived. */
async function put(url: string, { file, sizeBytes }: Packed): Promise<UploadView> {
  for (let tries = 1; ; tries++) {
    try {
      const body = Readable.toWeb(createReadStream(file)) as unknown as BodyInit
      const answer = await fetch(url, { method: 'PUT', body, headers: { 'content-length': String(sizeBytes), 'content-type': 'application/gzip' }, duplex: 'half' } as RequestInit)
      if (answer.ok) return (await answer.json()) as UploadView
      const { message } = (await answer.json().catch(() => ({}))) as { message?: string }
      throw new CallError(message ?? `The folder was refused with ${answer.status}.`, answer.status)
    } catch (error) {
      const isPassing = !(error instanceof CallError) || error.status === 503
      if (!isPassing) throw error
      if (tries === TRIES) throw error instanceof CallError ? error : new CallError(`The connection broke off while the folder was sent (${(error as Error).message}). Try again.`, 0)
      tell('The connection broke off; sending it again')
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * tries))
    }
  }
}

async function setTo(goal: Goal, { upload, options, client }: { upload: UploadView; options: UpOptions; client: Client }): Promise<{ id: string; name: string }> {
  const former = 'service' in goal ? goal.service.source : null
  const rootDirectory = options.rootDirectory ?? (former !== null && 'rootDirectory' in former ? former.rootDirectory : undefined)
  const source: Source = { type: 'upload', uploadId: upload.id, name: upload.name, ...(rootDirectory ? { rootDirectory } : {}) }
  if ('service' in goal) {
    if (former !== null && former.type !== 'upload') tell(`The source of ${goal.service.name} was of another kind (${former.type}); from now on it is this folder.`)
    return (await client.call(serviceUpdate, { serviceId: goal.service.id, source })) as ServiceView
  }
  const service = (await client.call(serviceCreate, { environmentId: goal.environmentId, source, ...(options.name === undefined ? {} : { name: options.name }) })) as ServiceView
  tell(`Drew the service ${service.name} (${service.id})`)
  return service
}
