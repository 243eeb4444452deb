import { isIPv6 } from 'node:net'

import type { Origin } from '../origin'
import type { Page } from '../pages'
import { doorkeeper, type Doorkeeper } from './basic-auth'
import { busyPage, forbiddenPage, maintenancePage, redirectPage, signInPage, tooLargePage, tooManyPage, tooManyTriesPage } from './rule-pages'
import { isBelow, type RuledSite } from './ruled-site'
import { tokenBuckets } from './token-buckets'

/** What the rules look at. */
export type Asked = { origin: Origin; /** Path and query. */ target: string; authorization: string | undefined; /** As the request says; null where it does not. */ bodyBytes: number | null }

export type Rules = {
  /** A page instead of what was asked for; null for going on. At once, unless a password has to be looked at. */
  judge(ruled: RuledSite, asked: Asked): Page | null | Promise<Page | null>
}

export type RuleMeans = {
  /** The port of our HTTPS and of our plain HTTP; null for no HTTPS. */
  ports(): { http: number; https: number | null }
  /** Whether HTTPS would be answered for the host. */
  hasCertificate(host: string): boolean
  keeper?: Doorkeeper
  now?: () => number
}

/** Wrong passwords of one address, for one site: some at once, then one in three seconds. */
const TRIES = { perSecond: 1 / 3, burst: 10 }
const CHALLENGES = '/.well-known/acme-challenge/'
const HTTPS = 443

/** The rules of sites, in the order of `SiteRules`. Those of answers (HSTS, headers) are with the site itself. */
export function siteRules({ ports, hasCertificate, keeper = doorkeeper(), now }: RuleMeans): Rules {
  const requests = tokenBuckets(now)
  const tries = tokenBuckets(now)

  const redirect = ({ site: { host: name, rules } }: RuledSite, { origin, target }: Asked): Page | null => {
    const secure = rules.forceHttps && !target.startsWith(CHALLENGES) ? secureAddress(origin, ports(), hasCertificate) : null
    if (secure) return redirectPage(locationOf(`https://${secure}`, target), 308)
    if (rules.redirectTo !== null && rules.redirectTo !== origin.host && rules.redirectTo !== name) return redirectPage(locationOf(`${origin.isSecure ? 'https' : 'http'}://${rules.redirectTo}${/:\d+$/.exec(origin.authority)?.[0] ?? ''}`, target), 308)
    for (const { from, to, status } of rules.redirects) {
      const location = redirected(from, to, target)
      // Who is there already is not sent: so everything can be led to one page.
      if (location !== null && !isThere(location, origin, target)) return redirectPage(location, status)
    }
    return null
  }
  const afterSignIn = ({ site: { domainId, rules } }: RuledSite, { origin, bodyBytes }: Asked): Page | null => {
    if (rules.maintenance) return maintenancePage(rules.maintenance.message)
    if (rules.maxBodyBytes !== null && (bodyBytes ?? 0) > rules.maxBodyBytes) return tooLargePage(rules.maxBodyBytes)
    const afterS = rules.rateLimit && requests.take(`${domainId} ${clientKey(origin.client)}`, rules.rateLimit)
    return afterS === null ? null : tooManyPage(Math.max(1, Math.ceil(afterS)))
  }
  const signIn = (ruled: RuledSite, asked: Asked): Page | null | Promise<Page | null> => {
    const { site } = ruled
    const triesOf = `${site.domainId} ${clientKey(asked.origin.client)}`
    const answer = signInPage(asked.origin.host ?? site.host)
    if (asked.authorization === undefined) return answer
    if (!tries.has(triesOf, TRIES)) return tooManyTriesPage(Math.ceil(1 / TRIES.perSecond))
    const settle = (isKnown: boolean) => {
      if (isKnown) return afterSignIn(ruled, asked)
      tries.take(triesOf, TRIES)
      return answer
    }
    const known = keeper.knows(site.rules.basicAuth, asked.authorization)
    if (known === 'busy') return busyPage()
    return typeof known === 'boolean' ? settle(known) : known.then(settle, busyPage)
  }
  return {
    judge(ruled, asked) {
      const elsewhere = redirect(ruled, asked)
      if (elsewhere) return elsewhere
      if (!ruled.admits(asked.origin.client)) return forbiddenPage()
      return ruled.site.rules.basicAuth.length > 0 ? signIn(ruled, asked) : afterSignIn(ruled, asked)
    },
  }
}

/**
 * Host and port of the same thing over HTTPS; null where it came so, or where nobody would answer there. Who asked without naming a
 * port although ours is another one came by a mapping of ports, and so finds HTTPS where it usually is.
 */
function secureAddress(origin: Origin, { http, https }: { http: number; https: number | null }, hasCertificate: (host: string) => boolean): string | null {
  if (origin.isSecure || origin.host === null) return null
  if (origin.isToldScheme) return origin.host
  if (https === null || !hasCertificate(origin.host)) return null
  const isMapped = !/:\d+$/.test(origin.authority) && http !== 80
  return https === HTTPS || isMapped ? origin.host : `${origin.host}:${https}`
}

/** Whether a location is what was asked for. */
function isThere(location: string, { isSecure, authority }: Origin, target: string): boolean {
  const here = `${isSecure ? 'https' : 'http'}://${authority}`
  if (!URL.canParse(location, here) || !URL.canParse(target, here)) return false
  const [to, at] = [new URL(location, here), new URL(target, here)]
  return to.origin === at.origin && to.pathname === at.pathname && to.search === at.search
}

/** Where a redirect leads from this target; null where it does not fit. */
export function redirected(from: string, to: string, target: string): string | null {
  const at = target.indexOf('?')
  const [path, query] = at === -1 ? [target, ''] : [target.slice(0, at), target.slice(at)]
  const base = from.endsWith('/*') ? from.slice(0, -2) : null
  if (base === null ? path !== from : !isBelow(path, base || '/')) return null
  // Slashes at the beginning of the rest would make the name of another host of it.
  const rest = base === null ? '' : path.slice(base.length).replace(/^[/\\]+/, '')
  return to.endsWith('/*') ? locationOf(to.slice(0, -1), rest + query) : locationOf(to, to.includes('?') ? '' : query)
}

/** `address` is text, `rest` is bytes as Node gives them. Nothing in it ends a header, or leaves room for doubt about where it ends. */
function locationOf(address: string, rest: string): string {
  return quoted(address, 'utf8') + quoted(rest, 'latin1')
}

function quoted(text: string, encoding: 'utf8' | 'latin1'): string {
  return text.replace(/[^\x21-\x7e]/gu, (letter) => Buffer.from(letter, encoding).toString('hex').replace(/../g, '%$&'))
}

/** Who has one address of IPv6 usually has 2^64 of them. */
function clientKey(client: string): string {
  if (!isIPv6(client)) return client
  const [head = [], tail] = client.split('::').map((part) => part.split(':').filter((group) => group !== ''))
  const groups = tail === undefined ? head : [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => '0'), ...tail]
  return `${groups.slice(0, 4).join(':')}::/64`
}
