import type { PLATFORM_KEYS } from './reference'

// Where a service is reached. Both addresses exist before the first build and stay the same across deployments.

/** The host other services of the same machine use: the ingress listens there on every private port. */
export const PRIVATE_HOST = '127.0.0.1'

/** The address for people: `http://<label>.<domain>:<port>`, without the port where browsers leave it out. */
export function publicUrl(hostLabel: string, ingress: { domain: string; port: number }): string {
  return `http://${hostLabel}.${ingress.domain}${ingress.port === 80 ? '' : `:${ingress.port}`}`
}

/** The address for other services; empty while the service has no private port. */
export function privateUrl(privatePort: number | null): string {
  return privatePort === null ? '' : `http://${PRIVATE_HOST}:${privatePort}`
}

/** What `${{service.KEY}}` gives for the keys that every service offers to others. */
export function offeredToOthers(address: { publicUrl: string; privatePort: number | null }): Record<keyof typeof PLATFORM_KEYS, string> {
  return {
    URL: privateUrl(address.privatePort),
    HOST: PRIVATE_HOST,
    PORT: address.privatePort === null ? '' : String(address.privatePort),
    PUBLIC_URL: address.publicUrl,
  }
}
