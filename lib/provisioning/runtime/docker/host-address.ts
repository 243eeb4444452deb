import { networkInterfaces } from 'node:os'

import { Network } from './answers'
import { absentAsNull } from './containers'
import type { Room } from './room'

/** The network that every engine makes for itself: its address here stays the same, while networks of environments come and go. */
const DEFAULT_NETWORK = 'bridge'

/**
 * The address of this machine in the engine's own network: containers of every network reach it by their way out, and machines elsewhere have no way to it. Null where the engine is not of this
 * machine (another one, a virtual machine), or has no such network.
 */
export async function hostAddressOf({ api, reach }: Pick<Room, 'api' | 'reach'>, signal: AbortSignal): Promise<string | null> {
  if (reach.kind !== 'container') return null
  const network = await absentAsNull(api.json({ method: 'GET', path: `/networks/${DEFAULT_NETWORK}`, signal }, Network))
  const own = new Set(Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []).map(({ address }) => address))
  return network?.IPAM?.Config?.map(({ Gateway }) => Gateway).find((gateway): gateway is string => gateway !== undefined && own.has(gateway)) ?? null
}
