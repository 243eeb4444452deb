import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { z } from 'zod'

import { BUILT_IN_TARGETS } from '../../lib/domain/target'
import { namesIn } from '../harness/belongings'
import { until } from '../harness/until'
import { removeMarked, testApi } from '../docker/engine'
import type { Scene } from './scene'

// What the suite does differently when services run as containers: where commands count themselves, and what an engine has
// of a scene.

export const TARGET = process.env.EASEL_TEST_TARGET === 'docker' ? 'docker' : 'process'

const never = new AbortController().signal
const Bridge = z.object({ IPAM: z.object({ Config: z.array(z.object({ Gateway: z.string().optional() })).nullable() }) })

/** The address of this machine, as containers and builds of its engine reach it. */
async function gateway(): Promise<string> {
  const api = testApi()
  try {
    const { IPAM } = await api.json({ method: 'GET', path: '/networks/bridge', signal: never }, Bridge)
    return IPAM.Config?.find(({ Gateway }) => Gateway !== undefined)?.Gateway ?? '172.17.0.1'
  } finally {
    api.close()
  }
}

/** Takes a line of each command that runs where no file of ours is; the answer says whether it is the first like it. */
export async function startCounter(): Promise<{ url: string; lines(): string[]; close(): void }> {
  const lines: string[] = []
  const server = createServer((request, response) => {
    let line = ''
    request.setEncoding('utf8').on('data', (part: string) => (line += part)).on('end', () => {
      const isFirst = !lines.includes(line)
      lines.push(line)
      response.end(isFirst ? 'first' : 'again')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, resolve))
  return { url: `http://${await gateway()}:${(server.address() as AddressInfo).port}/`, lines: () => lines, close: () => (server.closeAllConnections(), server.close()) }
}

/** Moves the environment to the engine, as soon as the worker has found it. */
export async function moveToDocker({ sql }: Scene['database']): Promise<void> {
  await until('the engine to be offered', async () => (await sql`select 1 from targets where id = ${BUILT_IN_TARGETS.docker}`).length === 1)
  await sql`update environments set target_id = ${BUILT_IN_TARGETS.docker}`
}

/** Containers, networks, volumes, images and our folders for them; ids as they are. */
export async function onEngine({ instanceId, service, paths }: Scene): Promise<string[]> {
  const api = testApi()
  try {
    const filters = { label: [`easel.instance=${instanceId}`] }
    const containers = await api.json({ method: 'GET', path: '/containers/json', query: { all: true, filters }, signal: never }, z.array(z.object({ Names: z.array(z.string()), State: z.string() })))
    const networks = await api.json({ method: 'GET', path: '/networks', query: { filters }, signal: never }, z.array(z.object({ Name: z.string() })))
    const images = await api.json({ method: 'GET', path: '/images/json', query: { filters: { label: [`easel.service=${service.id}`] } }, signal: never }, z.array(z.object({ RepoTags: z.array(z.string()).nullable() })))
    const folder = paths.target(BUILT_IN_TARGETS.docker)
    return [
      ...containers.map(({ Names, State }) => `container ${Names.join(' ')} ${State}`),
      ...networks.map(() => 'network'),
      ...images.flatMap(({ RepoTags }) => (RepoTags ?? ['untagged']).map((tag) => `image ${tag.replace(service.id, 'service')}`)),
      ...namesIn(folder).filter((name) => !name.startsWith('.')).map((name) => `folder ${name}`),
      ...namesIn(`${folder}/.fences`).map((name) => `fence ${name === service.id ? 'service' : name}`),
    ]
  } finally {
    api.close()
  }
}

/** Leaves nothing of a scene on the engine. */
export async function clearEngine({ instanceId, service }: Pick<Scene, 'instanceId' | 'service'>): Promise<void> {
  const api = testApi()
  try {
    await removeMarked(api, `easel.instance=${instanceId}`)
    const images = await api.json({ method: 'GET', path: '/images/json', query: { filters: { label: [`easel.service=${service.id}`] } }, signal: never }, z.array(z.object({ Id: z.string() })))
    for (const { Id } of images) await api.run({ method: 'DELETE', path: `/images/${Id}`, query: { force: true }, signal: never }).catch(() => undefined)
  } finally {
    api.close()
  }
}
