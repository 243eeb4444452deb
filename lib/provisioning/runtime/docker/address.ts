import type { Inspected } from './answers'
import type { Reach } from './room'

/** Where a container is reached from here; null while it is nowhere. */
export function addressOf(reach: Reach, { NetworkSettings, State }: Inspected, port: number | null): { host: string; port: number } | null {
  if (port === null || !State.Running) return null
  if (reach.kind === 'published') {
    const [binding] = NetworkSettings.Ports?.[`${port}/tcp`] ?? []
    return binding ? { host: reach.host, port: Number(binding.HostPort) } : null
  }
  // The network of its environment, not one of its links: an internal one may not lead here.
  const [, home] = Object.entries(NetworkSettings.Networks).sort(([a], [b]) => a.length - b.length || a.localeCompare(b)).find(([, { IPAddress }]) => IPAddress !== '') ?? []
  return home ? { host: home.IPAddress, port } : null
}
