import type { IncomingMessage } from 'node:http'
import { isIP, type Socket } from 'node:net'

import { addressList, plainAddress } from './address-list'
import { hostOf } from './route-index'

/** From where a request comes and what it was asked as: by its connection, or by the word of a proxy that is trusted. */
export type Origin = {
  client: string
  isSecure: boolean
  /** The host as it was asked for, with its port if one was named. */
  authority: string
  /** The same as routes are named; null for none that can be used. */
  host: string | null
  /** The port that was asked. */
  port: number
  /** A trusted proxy has said how it was asked itself. */
  isToldScheme: boolean
}

export type OriginOf = (request: IncomingMessage) => Origin

/**
 * What X-Forwarded-For, -Proto, -Host and -Port say is believed only of these addresses and ranges, and only as far as they vouch for
 * it: the client is the rightmost address that is not itself one of them, since everything to the left of it can be made up.
 * `ownOf` says who it is that says so.
 */
export function originBy(trustedProxies: readonly string[], ownOf: OriginOf = originOf): OriginOf {
  const trusted = addressList(trustedProxies)
  return (request) => {
    const own = ownOf(request)
    return trustedProxies.length > 0 && trusted.has(own.client) ? told(request, own, trusted.has) : own
  }
}

/** By its connection alone. */
export function originOf({ socket, headers }: IncomingMessage): Origin {
  return { client: plainAddress(socket.remoteAddress ?? ''), isSecure: isEncrypted(socket), authority: headers.host ?? '', host: hostOf(headers.host), port: socket.localPort ?? 0, isToldScheme: false }
}

export function isEncrypted(socket: Socket): boolean {
  return 'encrypted' in socket && socket.encrypted === true
}

function told({ headers }: IncomingMessage, own: Origin, isTrusted: (address: string) => boolean): Origin {
  const scheme = last(headers['x-forwarded-proto'])?.toLowerCase()
  const isToldScheme = scheme === 'http' || scheme === 'https'
  const authority = last(headers['x-forwarded-host'])
  const host = hostOf(authority)
  const port = Number(last(headers['x-forwarded-port']))
  return {
    client: clientOf(list(headers['x-forwarded-for']), own.client, isTrusted),
    isSecure: isToldScheme ? scheme === 'https' : own.isSecure,
    authority: host === null ? own.authority : authority!,
    host: host ?? own.host,
    port: Number.isInteger(port) && port > 0 && port < 65_536 ? port : own.port,
    isToldScheme,
  }
}

function clientOf(chain: readonly string[], peer: string, isTrusted: (address: string) => boolean): string {
  let client = peer
  for (const entry of [...chain].reverse()) {
    if (!isTrusted(client)) return client
    const address = addressOf(entry)
    if (address === null) return client
    client = address
  }
  return client
}

/** `203.0.113.7`, also with a port, and `[2001:db8::1]:443`. */
function addressOf(entry: string): string | null {
  const bare = /^\[(.+)\](?::\d+)?$/.exec(entry)?.[1] ?? entry.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1')
  const address = plainAddress(bare)
  return isIP(address) === 0 ? null : address
}

function list(header: string | string[] | undefined): string[] {
  return String(header ?? '').split(',').map((entry) => entry.trim()).filter((entry) => entry !== '')
}

function last(header: string | string[] | undefined): string | undefined {
  return list(header).at(-1)
}
