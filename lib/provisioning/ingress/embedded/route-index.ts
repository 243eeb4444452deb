import type { Route, RouteTable } from '../table'

export type Target = Route['targets'][number]

/** The table as the proxy asks it. Immutable but for the turn of each service's targets. */
export type RouteIndex = {
  version: number
  routes: readonly Route[]
  byHost(host: string): Route | undefined
  byPrivatePort(port: number): Route | undefined
  /** The targets of a route in the order to try them: each call begins with the next one. */
  turn(route: Route): Target[]
}

export const EMPTY_TABLE: RouteTable = { version: 0, routes: [] }

export function indexRoutes(table: RouteTable): RouteIndex {
  const hosts = new Map(table.routes.flatMap((route) => route.hosts.map((host) => [host.toLowerCase(), route] as const)))
  const ports = new Map(table.routes.flatMap((route) => (route.privatePort === null ? [] : [[route.privatePort, route] as const])))
  const turns = new Map<string, number>()
  return {
    version: table.version,
    routes: table.routes,
    byHost: (host) => hosts.get(host),
    byPrivatePort: (port) => ports.get(port),
    turn(route) {
      const first = turns.get(route.serviceId) ?? 0
      if (route.targets.length > 1) turns.set(route.serviceId, (first + 1) % route.targets.length)
      return route.targets.map((_, i) => route.targets[(first + i) % route.targets.length]!)
    },
  }
}

/** The host of a Host header: lower case, without port, without the dot at the end. Null for none that can be used. */
export function hostOf(header: string | undefined): string | null {
  const host = header?.trim().toLowerCase() ?? ''
  const name = host.startsWith('[') ? host.slice(0, host.indexOf(']') + 1) : host.replace(/:\d*$/, '')
  const bare = name.replace(/\.$/, '')
  return /^[a-z0-9._-]+$|^\[[0-9a-f:.]+\]$/.test(bare) ? bare : null
}
