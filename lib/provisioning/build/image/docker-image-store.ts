import { z } from 'zod'

import { isAppError } from '../../../errors'
import type { DockerConnection } from '../../docker/connection'
import { engineApi, segment, type EngineApi } from '../../docker/engine-api'
import { statusOf } from '../../docker/engine-error'
import { buildImage } from './build-image'
import type { ImageFacts, ImageStore } from './image-store'
import { parseReference, repositoryOf } from '../../../domain/image-reference'
import { pullImage, pushImage, resolveImage } from './transfer'

// The images of one Docker engine. Building is done by BuildKit's client, everything else over the Engine API.

const Inspected = z.object({
  Id: z.string(),
  RepoDigests: z.array(z.string()).nullish(),
  Size: z.number(),
  Config: z
    .object({
      ExposedPorts: z.record(z.string(), z.unknown()).nullish(),
      Entrypoint: z.array(z.string()).nullish(),
      Cmd: z.array(z.string()).nullish(),
      WorkingDir: z.string().nullish(),
      User: z.string().nullish(),
    })
    .nullish(),
})
const Listed = z.array(z.object({ Id: z.string(), Created: z.number(), RepoTags: z.array(z.string()).nullish() }))

/** `labels`: written on every image that is made, to say whose it is. */
export function makeImageStore(connection: DockerConnection, api: EngineApi = engineApi(connection), labels: Readonly<Record<string, string>> = {}): ImageStore {
  const inspect: ImageStore['inspect'] = async (reference, signal) => {
    try {
      return toFacts(await api.json({ method: 'GET', path: `/images/${segment(reference)}/json`, signal }, Inspected), reference)
    } catch (error) {
      if (statusOf(error) === 404) return null
      throw error
    }
  }
  const demand = async (reference: string, signal: AbortSignal): Promise<ImageFacts> => {
    const facts = await inspect(reference, signal)
    if (!facts) throw new Error(`The image ${reference} is gone while it is worked with.`)
    return facts
  }
  const tag = async (id: string, tags: readonly string[], signal: AbortSignal) => {
    for (const each of tags) {
      const { name, tag: label } = splitTag(each)
      await api.run({ method: 'POST', path: `/images/${segment(id)}/tag`, query: { repo: name, tag: label }, signal })
    }
  }
  const list = async (filters: Record<string, string[]>, signal: AbortSignal) => api.json({ method: 'GET', path: '/images/json', query: { filters }, signal }, Listed)
  return {
    inspect,
    tag,
    async build(request, signal) {
      return demand(await buildImage(connection, { ...request, labels: { ...labels, ...request.labels } }, signal), signal)
    },
    resolve: ({ reference, auth }, signal) => resolveImage(api, { reference, auth }, signal),
    async pull({ reference, auth, onLine }, signal) {
      await pullImage(api, { reference, auth, onLine: onLine ?? (() => undefined) }, signal)
      return demand(reference, signal)
    },
    async push({ id, reference, auth }, signal) {
      await tag(id, [reference], signal)
      return { digest: `${splitTag(reference).name}@${await pushImage(api, { reference, auth }, signal)}` }
    },
    async find({ labels: wanted, named }, signal) {
      const found = await list({ label: Object.entries(wanted).map(([name, value]) => `${name}=${value}`) }, signal)
      const newest = found.filter(({ RepoTags }) => RepoTags?.some((tag) => tag.startsWith(named))).sort((a, b) => b.Created - a.Created)[0]
      return newest ? inspect(newest.Id, signal) : null
    },
    async tags(prefix, signal) {
      const found = await list({ reference: [`${prefix}*`, `${prefix}*:*`] }, signal)
      return [...new Set(found.flatMap(({ RepoTags }) => RepoTags ?? []))].filter((name) => name.startsWith(prefix)).sort()
    },
    async remove(reference, signal) {
      try {
        await api.run({ method: 'DELETE', path: `/images/${segment(reference)}`, signal })
      } catch (error) {
        if (!isAppError(error) || statusOf(error) !== 404) throw error
      }
    },
  }
}

function splitTag(reference: string): { name: string; tag: string } {
  const { tag } = parseReference(reference)
  return tag === null ? { name: reference, tag: 'latest' } : { name: reference.slice(0, -tag.length - 1), tag }
}

function toFacts({ Id, RepoDigests, Size, Config }: z.infer<typeof Inspected>, reference: string): ImageFacts {
  const digests = RepoDigests ?? []
  return {
    id: Id,
    // The same image may come from several repositories: the one that was asked for, by preference.
    digest: digests.find((digest) => repositoryOf(digest) === repositoryOf(reference)) ?? digests[0] ?? null,
    sizeBytes: Size,
    ports: Object.keys(Config?.ExposedPorts ?? {})
      .filter((port) => /^\d+(\/tcp)?$/.test(port))
      .map((port) => Number.parseInt(port, 10))
      .sort((a, b) => a - b),
    entrypoint: filled(Config?.Entrypoint),
    command: filled(Config?.Cmd),
    workingDirectory: Config?.WorkingDir || null,
    user: Config?.User || null,
  }
}

function filled(list: string[] | null | undefined): string[] | null {
  return list && list.length > 0 ? list : null
}
