import { randomBytes } from 'node:crypto'

import type { DockerConnection } from '@/lib/provisioning/docker/connection'
import { engineApi, segment, type EngineApi } from '@/lib/provisioning/docker/engine-api'
import { z } from 'zod'

// The engine of the Docker suites: the one that DOCKER_HOST names, or that of this machine.

/** The base image of the suites; `.ci/base-images` makes it where no registry is reached. */
export const NODE_IMAGE = 'node:20-bookworm-slim'

const never = new AbortController().signal

/** Where the engine of the suites is. */
export function testConnection(): DockerConnection {
  const host = process.env.DOCKER_HOST ?? ''
  return { kind: 'socket', path: host.startsWith('unix://') ? host.slice('unix://'.length) : '/var/run/docker.sock' }
}

/** A word that nothing else on the engine has in its names and labels. */
export function testMark(): string {
  return `t${randomBytes(5).toString('hex')}`
}

/** Removes every container, network and volume with the label, and nothing else. */
export async function removeMarked(api: EngineApi, label: string): Promise<void> {
  const filters = { label: [label] }
  const containers = await api.json({ method: 'GET', path: '/containers/json', query: { all: true, filters }, signal: never }, z.array(z.object({ Id: z.string() })))
  for (const { Id } of containers) await quietly(api.run({ method: 'DELETE', path: `/containers/${Id}`, query: { force: true, v: true }, signal: never }))
  const networks = await api.json({ method: 'GET', path: '/networks', query: { filters }, signal: never }, z.array(z.object({ Id: z.string() })))
  for (const { Id } of networks) await quietly(api.run({ method: 'DELETE', path: `/networks/${Id}`, signal: never }))
  const { Volumes } = await api.json({ method: 'GET', path: '/volumes', query: { filters }, signal: never }, z.object({ Volumes: z.array(z.object({ Name: z.string() })).nullable() }))
  for (const { Name } of Volumes ?? []) await quietly(api.run({ method: 'DELETE', path: `/volumes/${segment(Name)}`, signal: never }))
}

/** What is gone already needs no removal. */
async function quietly(work: Promise<void>): Promise<void> {
  await work.catch((error: unknown) => {
    if ((error as { code?: string }).code !== 'not_found') throw error
  })
}

/** A client for the engine of the suites. */
export function testApi(): EngineApi {
  return engineApi(testConnection())
}
