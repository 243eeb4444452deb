import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { z } from 'zod'

import { AppError } from '../../../errors'
import { segment } from '../../docker/engine-api'
import { saidOf, statusOf } from '../../docker/engine-error'
import type { Workload } from '../driver'
import { writeAtomically } from '../record/write-atomically'
import { Network, type Inspected, type Network as EngineNetwork } from './answers'
import { absentAsNull, listOurs } from './containers'
import { isOwned, LABEL, linkName, networkName, ownedFilter, ownerLabels, pairOf } from './names'
import { alone, type Room } from './room'
import { readState, runFolder, storedNames, type State } from './state'
import { freeSubnets, localSubnets } from './subnets'

// Who reaches whom.
//
// An environment has a network of its own, and networks do not reach each other. Where links are enforced, nobody in that
// network reaches anybody; every two services that are linked have a small one for themselves as well, without a way out.
// Names are known only where they lead: in the network of all, or in that of the link.

export type Links = 'all' | 'only'

const HOME_PREFIX = 24
/** Twenty-nine addresses: the replicas of two services, old and new. */
const LINK_PREFIX = 27
const MOST_TRIES = 64

/** The environment's network is there, and of the right kind; what runs in one of the other kind is moved. */
export async function ensureNetwork(room: Room, environmentId: string, links: Links, signal: AbortSignal): Promise<void> {
  await alone(room, environmentId, signal, async () => {
    rememberLinks(room, environmentId, links)
    await ensure(room, homeRequest(environmentId, links), signal)
    const other = await networkNamed(room, networkName(environmentId, links === 'all' ? 'only' : 'all'), signal)
    if (other && isOwned(room.owner, other.Labels)) await moveOver(room, { from: other, environmentId, links }, signal)
    await linkUp(room, environmentId, signal)
  })
}

/** The network that a workload is to run in. One that somebody removed is made as it was asked for last; if nobody ever did, it is as strict as the workload is. */
export async function ensureHomeNetwork(room: Room, { environmentId, reaches }: Pick<Workload, 'environmentId' | 'reaches'>, signal: AbortSignal): Promise<{ name: string; links: Links }> {
  return alone(room, environmentId, signal, async () => {
    for (const links of ['only', 'all'] as const) {
      const network = await networkNamed(room, networkName(environmentId, links), signal)
      if (network && isOwned(room.owner, network.Labels)) return { name: network.Name, links }
    }
    const links = rememberedLinks(room, environmentId) ?? (reaches === 'all' ? 'all' : 'only')
    return { name: (await ensure(room, homeRequest(environmentId, links), signal)).Name, links }
  })
}

/** Whether it is in no network of its environment: somebody has taken it out by hand. */
export function isOutside({ environmentId }: State, { NetworkSettings }: Inspected): boolean {
  return !(['all', 'only'] as const).some((links) => networkName(environmentId, links) in NetworkSettings.Networks)
}

/** Brings it back into the network of its environment, and into those of its links. */
export async function rejoin(room: Room, state: State, signal: AbortSignal): Promise<void> {
  const { name, links } = await ensureHomeNetwork(room, state, signal)
  await alone(room, state.environmentId, signal, async () => {
    const network = await networkNamed(room, name, signal)
    if (network) await connect(room, { network, state, named: links === 'all' }, signal)
    await linkUp(room, state.environmentId, signal)
  })
}

/** Every two linked services that are there reach each other, and no others. */
export async function syncLinks(room: Room, environmentId: string, signal: AbortSignal): Promise<void> {
  await alone(room, environmentId, signal, () => linkUp(room, environmentId, signal))
}

/** Nothing is left of the environment's networks. */
export async function forgetNetworks(room: Room, environmentId: string, signal: AbortSignal): Promise<void> {
  await alone(room, environmentId, signal, async () => {
    for (const network of await networksOf(room, environmentId, signal)) await removeNetwork(room, network, signal)
    rmSync(linksFile(room, environmentId), { force: true })
  })
}

function linksFile({ folder }: Room, environmentId: string): string {
  return join(folder, '.links', environmentId)
}

function rememberLinks(room: Room, environmentId: string, links: Links): void {
  if (rememberedLinks(room, environmentId) === links) return
  mkdirSync(dirname(linksFile(room, environmentId)), { recursive: true, mode: 0o700 })
  writeAtomically(linksFile(room, environmentId), links)
}

function rememberedLinks(room: Room, environmentId: string): Links | null {
  try {
    const text = readFileSync(linksFile(room, environmentId), 'utf8')
    return text === 'all' || text === 'only' ? text : null
  } catch {
    return null
  }
}

async function linkUp(room: Room, environmentId: string, signal: AbortSignal): Promise<void> {
  const networks = await networksOf(room, environmentId, signal)
  const enforced = networks.some(({ Labels }) => Labels[LABEL.links] === 'only')
  const states = enforced ? statesOf(room, environmentId) : []
  const wanted = pairsOf(states)
  for (const pair of wanted) {
    const network = await ensure(room, linkRequest(environmentId, pair), signal)
    for (const state of states.filter(({ serviceId }) => pair.split(',').includes(serviceId))) await connect(room, { network, state, named: true }, signal)
  }
  const unwanted = networks.filter(({ Labels }) => Labels[LABEL.links] === 'link' && !wanted.has(Labels[LABEL.pair] ?? ''))
  for (const network of unwanted) await removeNetwork(room, network, signal)
}

function statesOf(room: Room, environmentId: string): State[] {
  return storedNames(room.folder)
    .flatMap((name) => readState(runFolder(room.folder, name)) ?? [])
    .filter((state) => state.environmentId === environmentId && state.container !== null && !state.stopping)
}

function pairsOf(states: State[]): Set<string> {
  const services = new Set(states.map(({ serviceId }) => serviceId))
  return new Set(
    states.flatMap(({ serviceId, reaches }) => [...services].filter((other) => other !== serviceId && (reaches === 'all' || reaches.includes(other))).map((other) => pairOf(serviceId, other))),
  )
}

async function moveOver(room: Room, { from, environmentId, links }: { from: EngineNetwork; environmentId: string; links: Links }, signal: AbortSignal): Promise<void> {
  const to = await ensure(room, homeRequest(environmentId, links), signal)
  for (const state of statesOf(room, environmentId)) await connect(room, { network: to, state, named: links === 'all' }, signal)
  await removeNetwork(room, from, signal)
  room.changed(environmentId)
}

async function connect({ api }: Room, { network, state, named }: { network: EngineNetwork; state: State; named: boolean }, signal: AbortSignal): Promise<void> {
  if (network.Containers?.[state.container!]) return
  const body = { Container: state.container, EndpointConfig: { Aliases: named ? state.names : [] } }
  await absentAsNull(api.run({ method: 'POST', path: `/networks/${segment(network.Id)}/connect`, body, signal })).catch((error: unknown) => {
    if (!/already exists|already attached|marked for removal/i.test(saidOf(error))) throw error
  })
}

/** Whoever of ours is still in it is taken out first. */
async function removeNetwork(room: Room, network: EngineNetwork, signal: AbortSignal): Promise<void> {
  const { api } = room
  const path = `/networks/${segment(network.Id)}`
  const present = await absentAsNull(api.json({ method: 'GET', path, signal }, Network))
  const inside = Object.entries(present?.Containers ?? {})
  const ours = new Set(inside.length === 0 ? [] : (await listOurs(room, signal)).map(({ Id }) => Id))
  for (const [id, { Name }] of inside) {
    if (!ours.has(id)) throw new AppError('conflict', `The container "${Name}", which Easel did not make, is in the Docker network "${network.Name}". Take it out: docker network disconnect ${network.Name} ${Name}.`)
    await absentAsNull(api.run({ method: 'POST', path: `${path}/disconnect`, body: { Container: id, Force: true }, signal })).catch((error: unknown) => {
      if (!/not connected/i.test(saidOf(error))) throw error
    })
  }
  await absentAsNull(api.run({ method: 'DELETE', path, signal }))
}

type NetworkRequest = { name: string; links: Links | 'link'; environmentId: string; pair: string | null }

function homeRequest(environmentId: string, links: Links): NetworkRequest {
  return { name: networkName(environmentId, links), links, environmentId, pair: null }
}

function linkRequest(environmentId: string, pair: string): NetworkRequest {
  return { name: linkName(environmentId, pair), links: 'link', environmentId, pair }
}

async function ensure(room: Room, request: NetworkRequest, signal: AbortSignal): Promise<EngineNetwork> {
  const present = (await networkNamed(room, request.name, signal)) ?? (await create(room, request, signal))
  if (isOwned(room.owner, present.Labels)) return present
  throw new AppError('conflict', `There is a Docker network named "${request.name}" that Easel did not make. Remove it: docker network rm ${request.name}.`, { detail: { network: request.name } })
}

async function create(room: Room, request: NetworkRequest, signal: AbortSignal): Promise<EngineNetwork> {
  const networks = await room.api.json({ method: 'GET', path: '/networks', signal }, z.array(Network))
  const taken = [...networks.flatMap(({ IPAM }) => IPAM?.Config ?? []).flatMap(({ Subnet }) => Subnet ?? []), ...(room.reach.kind === 'container' ? localSubnets() : [])]
  let tries = 0
  for (const subnet of freeSubnets({ pool: room.pool, prefix: request.links === 'link' ? LINK_PREFIX : HOME_PREFIX, seed: request.name, taken })) {
    if (tries++ === MOST_TRIES) break
    try {
      await room.api.run({ method: 'POST', path: '/networks/create', body: networkBody(room, request, subnet), signal })
    } catch (error) {
      // Somebody took the subnet, or the name, since we looked.
      if (/overlap/i.test(saidOf(error))) continue
      if (statusOf(error) !== 409) throw error
    }
    const made = await networkNamed(room, request.name, signal)
    if (made) return made
  }
  throw new AppError('unavailable', `There is no free subnet left in ${room.pool} for another Docker network. Remove environments that are no longer used, or networks that others have made there.`)
}

function networkBody(room: Room, { name, links, environmentId, pair }: NetworkRequest, subnet: string): object {
  return {
    Name: name,
    CheckDuplicate: true,
    Driver: 'bridge',
    Internal: links === 'link',
    IPAM: { Config: [{ Subnet: subnet }] },
    Options: { 'com.docker.network.bridge.enable_icc': String(links !== 'only') },
    Labels: { ...ownerLabels(room.owner), [LABEL.environment]: environmentId, [LABEL.links]: links, ...(pair === null ? {} : { [LABEL.pair]: pair }) },
  }
}

async function networkNamed({ api }: Room, name: string, signal: AbortSignal): Promise<EngineNetwork | null> {
  return absentAsNull(api.json({ method: 'GET', path: `/networks/${segment(name)}`, signal }, Network))
}

async function networksOf({ api, owner }: Room, environmentId: string, signal: AbortSignal): Promise<EngineNetwork[]> {
  return api.json({ method: 'GET', path: '/networks', query: { filters: ownedFilter(owner, { [LABEL.environment]: environmentId }) }, signal }, z.array(Network))
}
