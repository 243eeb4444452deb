import { createServer } from 'node:net'

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
  for (const { Gateway } of network?.IPAM?.Config ?? []) if (Gateway !== undefined && (await isOurs(Gateway))) return Gateway
  return null
}

/** Whether one can listen at an address. Node lists no addresses of a network in which nothing runs, as is usual here. */
function isOurs(address: string): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(0, address, () => server.close(() => resolve(true)))
  })
}
