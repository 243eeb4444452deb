import type { Callers } from './callers'
import { originBy, originOf, type OriginOf } from './origin'
import type { RouteIndex } from './route-index'
import type { Rules } from './site/rules'
import { privateWay, publicWay, type Way } from './site/way'

// Where people come in, and where services do: what a request may ask for there, and whose word is taken.

export type Entrance = {
  originOf: OriginOf
  wayOf(host: string, path: string): Way
  /** The answer to a challenge of a certificate authority, or to who looks whether a host name leads here, which goes before everything else; undefined for everything else. */
  challenge(host: string, path: string): string | undefined
  rules: Rules | null
  /** Null where not only services come in. */
  callers: Callers | null
}

const CHALLENGE = /^\/\.well-known\/(acme-challenge|easel)\/([A-Za-z0-9_-]+)$/

export function publicEntrance(index: () => RouteIndex, rules: Rules, trustedProxies: readonly string[]): Entrance {
  return {
    originOf: originBy(trustedProxies),
    wayOf: (host, path) => publicWay(index, host, path),
    challenge(host, path) {
      const [, kind, token] = (path.startsWith('/.well-known/') && CHALLENGE.exec(path)) || []
      return kind === undefined || token === undefined ? undefined : index().challenge(kind, host, token)
    },
    rules,
    callers: null,
  }
}

export function privateEntrance(index: () => RouteIndex, port: number, callers: Callers): Entrance {
  return { originOf, wayOf: (host) => privateWay(index, port, host), challenge: () => undefined, rules: null, callers }
}
