import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

import type { DockerConnection } from '../provisioning/docker/connection'

// Where a Docker engine of this machine may be, in the order in which Docker's own command line would look.

export type Places = { host: string | null; certificates: string | null; sockets: string[] }

/** Ways to try, best first; a socket that does not exist is none. DOCKER_HOST in a form that cannot be used gives none. */
export async function waysToDocker(places: Places): Promise<DockerConnection[]> {
  if (places.host !== null) {
    const way = await wayOf(places.host, places.certificates)
    return way ? [way] : []
  }
  const found = await Promise.all(places.sockets.map((path) => isSocket(path)))
  return places.sockets.filter((_, index) => found[index]).map((path) => ({ kind: 'socket', path }))
}

async function wayOf(host: string, certificates: string | null): Promise<DockerConnection | null> {
  if (host.startsWith('unix://')) return { kind: 'socket', path: host.slice('unix://'.length) }
  const url = URL.canParse(host) ? new URL(host) : null
  // ssh:// uses keys of the operator's own, which services must not come to depend on: such an engine is added by hand.
  if (url?.protocol !== 'tcp:' || url.hostname === '') return null
  const tls = certificates === null ? null : await certificatesIn(certificates)
  return { kind: 'tcp', host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port) || (tls ? 2376 : 2375), tls }
}

async function certificatesIn(folder: string): Promise<{ ca: string; certificate: string; key: string } | null> {
  const [ca, certificate, key] = await Promise.all(['ca.pem', 'cert.pem', 'key.pem'].map((name) => readFile(join(folder, name), 'utf8').catch(() => null)))
  return ca && certificate && key ? { ca, certificate, key } : null
}

function isSocket(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isSocket(),
    () => false,
  )
}
