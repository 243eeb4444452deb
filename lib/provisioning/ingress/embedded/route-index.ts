import type { Challenge, Route, RouteTable, Site, TcpRoute } from '../table'
import type { TableEntry } from '../table-lines'
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

/** An index in the making: a table of thousands of things is not put in order in one go. */
export type IndexDraft = { add(entry: TableEntry): void; finish(version: number): RouteIndex }

export function draftIndex(): IndexDraft {
  const table = { version: 0, routes: [] as Route[], tcp: [] as TcpRoute[], sites: [] as Site[], challenges: [] as Challenge[] }
  const services = new Map<string, Route>()
  const hosts = new Map<string, Route>()
  const ports = new Map<number, Route>()
  const targets = new Set<string>()
  const sites = new Map<string, Site>()
  const answers = new Map<string, string>()
  const shown = new Map<string, string>()

  const addRoute = (route: Route) => {
    table.routes.push(route)
    services.set(route.serviceId, route)
    for (const host of route.hosts) hosts.set(host.toLowerCase(), route)
    if (route.privatePort !== null) ports.set(route.privatePort, route)
    for (const target of route.targets) targets.add(keyOf(target))
  }
  const addChallenge = (each: Challenge) => {
    table.challenges.push(each)
    if (each.type === 'http-01') answers.set(`acme-challenge ${each.host} ${each.token}`, each.keyAuthorization)
    else if (each.type === 'presence') answers.set(`easel ${each.host} ${each.token}`, each.answer)
    else shown.set(each.host, each.certificateId)
  }
  return {
    add(entry) {
      if (entry.kind === 'route') addRoute(entry.value)
      else if (entry.kind === 'tcp') table.tcp.push(entry.value)
      else if (entry.kind === 'challenge') addChallenge(entry.value)
      else {
        table.sites.push(entry.value)
        sites.set(entry.value.host, entry.value)
      }
    },
    finish: (version) => ({
      table: Object.assign(table, { version }),
      byHost: (host) => hosts.get(host),
      byPrivatePort: (port) => ports.get(port),
      byService: (id) => services.get(id),
      siteOf(host) {
        const site = sites.get(host) ?? sites.get(wildcardOf(host))
        return site && ruledOf(site)
      },
      challenge: (kind, host, token) => answers.get(`${kind} ${host} ${token}`),
      challengeCertificate: (host) => shown.get(host),
      hasTarget: (key) => targets.has(key),
    }),
  }
}

/** The index of a whole table. */
export function indexRoutes({ version, routes, tcp = [], sites = [], challenges = [] }: RouteTable): RouteIndex {
  const draft = draftIndex()
  for (const value of routes) draft.add({ kind: 'route', value })
  for (const value of tcp) draft.add({ kind: 'tcp', value })
  for (const value of sites) draft.add({ kind: 'site', value })
  for (const value of challenges) draft.add({ kind: 'challenge', value })
  return draft.finish(version)
}

/** Sites stay what they are from table to table, and so do their rules. */
const ruled = new WeakMap<Site, RuledSite>()

function ruledOf(site: Site): RuledSite {
  let made = ruled.get(site)
  if (!made) ruled.set(site, (made = ruledSite(site)))
  return made
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
