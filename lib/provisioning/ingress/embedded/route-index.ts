import type { Route, RouteTable, Site } from '../table'
import { ruledSite, type RuledSite } from './site/ruled-site'

export type Target = Route['targets'][number]

/** The table as the proxy asks it. Immutable. */
export type RouteIndex = {
  table: RouteTable
  byHost(host: string): Route | undefined
  byPrivatePort(port: number): Route | undefined
  byService(id: string): Route | undefined
  /** That of a host name somebody brought: exact names before wildcards. */
  siteOf(host: string): RuledSite | undefined
  /** What is to be found at this host for this token; `kind` is the part of the path before it. */
  challenge(kind: string, host: string, token: string): string | undefined
  /** The certificate that it is to be shown for this host. */
  challengeCertificate(host: string): string | undefined
  /** Whether a target with this key is in the table. */
  hasTarget(key: string): boolean
}

export const EMPTY_TABLE: RouteTable = { version: 0, routes: [] }

export function indexRoutes(table: RouteTable): RouteIndex {
  const services = new Map(table.routes.map((route) => [route.serviceId, route] as const))
  const hosts = new Map(table.routes.flatMap((route) => route.hosts.map((host) => [host.toLowerCase(), route] as const)))
  const ports = new Map(table.routes.flatMap((route) => (route.privatePort === null ? [] : [[route.privatePort, route] as const])))
  const sites = new Map((table.sites ?? []).map((site) => [site.host, site] as const))
  const challenges = table.challenges ?? []
  const answers = new Map<string, string>()
  for (const each of challenges) {
    if (each.type === 'http-01') answers.set(`acme-challenge ${each.host} ${each.token}`, each.keyAuthorization)
    if (each.type === 'presence') answers.set(`easel ${each.host} ${each.token}`, each.answer)
  }
  const shown = new Map(challenges.flatMap((each) => (each.type === 'tls-alpn-01' ? [[each.host, each.certificateId] as const] : [])))
  const ruled = new Map<Site, RuledSite>()
  const targets = new Set(table.routes.flatMap((route) => route.targets.map(keyOf)))
  return {
    table,
    byHost: (host) => hosts.get(host),
    byPrivatePort: (port) => ports.get(port),
    byService: (id) => services.get(id),
    siteOf(host) {
      const site = sites.get(host) ?? sites.get(wildcardOf(host))
      const known = site && ruled.get(site)
      if (!site || known) return known
      const made = ruledSite(site)
      ruled.set(site, made)
      return made
    },
    challenge: (kind, host, token) => answers.get(`${kind} ${host} ${token}`),
    challengeCertificate: (host) => shown.get(host),
    hasTarget: (key) => targets.has(key),
  }
}

/** The wildcard that has a name below it: `*.example.com` for `www.example.com`. */
export function wildcardOf(host: string): string {
  const dot = host.indexOf('.')
  return dot === -1 ? '' : `*${host.slice(dot)}`
}

/** A route on which requests wait: it has no target, but will have one soon. */
export type HoldingRoute = Route & { hold: NonNullable<Route['hold']> }

export function isHolding(route: Route): route is HoldingRoute {
  return route.targets.length === 0 && route.hold !== null
}

/** What a target is called wherever it is counted or remembered. */
export function keyOf({ host, port }: { host: string; port: number }): string {
  return `${host}:${port}`
}

/** The host of a Host header: lower case, without port, without the dot at the end. Null for none that can be used. */
export function hostOf(header: string | undefined): string | null {
  const host = header?.trim().toLowerCase() ?? ''
  const name = host.startsWith('[') ? host.slice(0, host.indexOf(']') + 1) : host.replace(/:\d*$/, '')
  const bare = name.replace(/\.$/, '')
  return /^[a-z0-9._-]+$|^\[[0-9a-f:.]+\]$/.test(bare) ? bare : null
}
