import type { Source } from '../contract/source'
import { ENGINES } from './engine/engines'
import { slugify } from './name'
import type { PLATFORM_KEYS } from './reference'
import { hasNetwork, type TargetKind } from './target'

// Where a service is reached. Both addresses exist before the first build and stay the same across deployments.

/** The host other services of the same machine use: the ingress listens there on every private port. */
export const PRIVATE_HOST = '127.0.0.1'

/** The address for people: `http://<label>.<domain>:<port>`, without the port where browsers leave it out. */
export function publicUrl(hostLabel: string, ingress: { domain: string; port: number }): string {
  return `http://${hostLabel}.${ingress.domain}${ingress.port === 80 ? '' : `:${ingress.port}`}`
}

/** Where the ingress is found. `caddy`: one that stands before it; with `acme`, it obtains a certificate for every name itself. */
type Ways = { port: number; httpsPort: number | null; caddy?: { acme: object | null } | null }

/** The address of a host name that somebody brought: HTTPS as soon as it has a certificate, and the proxy serves it. */
export function siteUrl({ hostname, isSecure }: { hostname: string; isSecure: boolean }, ingress: Ways): string {
  const hasCertificate = isSecure || Boolean(ingress.caddy?.acme)
  if (hasCertificate && ingress.httpsPort !== null) return `https://${hostname}${ingress.httpsPort === 443 ? '' : `:${ingress.httpsPort}`}`
  return `http://${hostname}${ingress.port === 80 ? '' : `:${ingress.port}`}`
}

/** The address for people: the host name that somebody brought, as soon as it answers, else the one that the service has from the instance. */
export function peopleUrl({ hostLabel, siteHost }: { hostLabel: string; siteHost: { hostname: string; isSecure: boolean } | null }, ingress: Ways & { domain: string }): string {
  return siteHost === null ? publicUrl(hostLabel, ingress) : siteUrl(siteHost, ingress)
}

/** The port a service listens on where each has an address of its own, unless its image says another. */
export const CONTAINER_PORT = 8080

/** The port a service listens on inside its container: its engine's, the one that was set, what its image says, or the usual. */
export function containerPort({ source, settings }: { source: Source; settings: { containerPort: number | null } }, imagePorts: readonly number[]): number {
  if (source.type === 'database') return ENGINES[source.engine].port
  if (settings.containerPort !== null) return settings.containerPort
  return imagePorts.includes(CONTAINER_PORT) ? CONTAINER_PORT : (imagePorts[0] ?? CONTAINER_PORT)
}

/** Of a part of a host name (RFC 1035). */
const MAX_LABEL = 63

/** What others in the network of its environment call a service: `My API` is `my-api` there. */
export function networkName({ name, hostLabel }: { name: string; hostLabel: string }): string {
  return slugify(name, hostLabel, MAX_LABEL)
}

export type Addressed = { name: string; hostLabel: string; privatePort: number | null; /** See `containerPort`. */ containerPort: number; /** Of the target it is on. */ targetKind: TargetKind; source: Source }

/** Where other services of its environment reach a service: in their network by its name, or at the ingress of the machine. */
export function privateAddress(service: Addressed): { host: string; port: number | null } {
  return hasNetwork(service.targetKind) ? { host: networkName(service), port: service.containerPort } : { host: PRIVATE_HOST, port: service.privatePort }
}

/** The address for other services; empty while the service has no private port. */
export function privateUrl(service: Addressed): string {
  const { host, port } = privateAddress(service)
  return port === null ? '' : `${service.source.type === 'database' ? ENGINES[service.source.engine].scheme : 'http'}://${host}:${port}`
}

/** What `${{service.KEY}}` gives for the keys that every service offers to others. */
export function offeredToOthers(service: Addressed & { publicUrl: string }): Record<keyof typeof PLATFORM_KEYS, string> {
  const { host, port } = privateAddress(service)
  return {
    URL: privateUrl(service),
    HOST: host,
    PORT: port === null ? '' : String(port),
    PUBLIC_URL: service.source.type === 'database' ? '' : service.publicUrl,
  }
}
