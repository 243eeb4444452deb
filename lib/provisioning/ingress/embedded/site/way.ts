import type { Route } from '../../table'
import type { RouteIndex } from '../route-index'
import type { Passed, RuledSite } from './ruled-site'

/** Where somebody wants to go who asked for a host and a path. What is found is that of the table in force. */
export type Way = {
  /** What was asked for, for the page that says that nothing is there. */
  host: string
  find(): Route | undefined
  /** The site it comes through and the path of it; null for a name of the platform's own, and for private ports. */
  passage(): Passage | null
}
export type Passage = { ruled: RuledSite; path: Passed | undefined }

/** Names that the platform gave go before those that people brought: nobody takes another one's away. */
export function publicWay(index: () => RouteIndex, host: string, path: string): Way {
  const passage = () => {
    const now = index()
    const ruled = now.byHost(host) ? undefined : now.siteOf(host)
    return ruled ? { ruled, path: ruled.pathOf(path) } : null
  }
  return {
    host: host || 'asked for',
    passage,
    find() {
      const now = index()
      const own = now.byHost(host)
      if (own) return own
      const through = passage()?.path
      return through && now.byService(through.serviceId)
    },
  }
}

/** On a private port nothing depends on what is asked for. */
export function privateWay(index: () => RouteIndex, port: number, host: string): Way {
  return { host: host || 'asked for', find: () => index().byPrivatePort(port), passage: () => null }
}

/** What the workload is asked for: the request's target, without the prefix of a path that is to be stripped. */
export function targetThrough(passage: Passage | null, target: string): { target: string; prefix: string | null } {
  const path = passage?.path
  const prefix = path?.isStripped ? path.prefix.replace(/\/+$/, '') : ''
  if (prefix === '' || !target.startsWith(prefix)) return { target, prefix: null }
  const rest = target.slice(prefix.length)
  return { target: rest.startsWith('/') ? rest : `/${rest}`, prefix }
}

/** The password that opened the site is not for the workload behind it. */
export function hidesAuthorization(passage: Passage | null): boolean {
  return passage !== null && passage.ruled.site.rules.basicAuth.length > 0
}
