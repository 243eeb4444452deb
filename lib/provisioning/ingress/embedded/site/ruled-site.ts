import { validateHeaderName, validateHeaderValue } from 'node:http'

import type { Site } from '../../table'
import { addressList, type AddressList } from '../address-list'
import { HOP_BY_HOP } from '../hop-by-hop'

/** Where a path of a site leads. */
export type Passed = Site['paths'][number]

/** A site as requests ask it. Made when the first of them comes. */
export type RuledSite = {
  site: Site
  /** Where a path (without its query) leads: by the longest prefix that fits. */
  pathOf(path: string): Passed | undefined
  /** Whether this address may come in. */
  admits(client: string): boolean
  /** Headers of an answer as the site wants them; a flat list, as Node takes it. */
  dress(headers: readonly string[], isSecure: boolean): string[]
}

/** What says how long a message is, and on what connection, is not for people to set. */
const NOT_THEIRS = new Set([...HOP_BY_HOP, 'content-length', 'host'])

export function ruledSite(site: Site): RuledSite {
  const { rules } = site
  const paths = [...site.paths].sort((a, b) => b.prefix.length - a.prefix.length)
  const allow = rules.allow.length > 0 ? addressList(rules.allow) : null
  const deny = rules.deny.length > 0 ? addressList(rules.deny) : null
  const wanted = rules.headers.filter(canBeSet)
  const replaced = new Set(wanted.map(({ name }) => name.toLowerCase()))
  const added = wanted.flatMap(({ name, value }) => (value === null ? [] : [name, value]))
  const strict = rules.hsts ? `max-age=${rules.hsts.maxAgeS}${rules.hsts.includeSubdomains ? '; includeSubDomains' : ''}${rules.hsts.preload ? '; preload' : ''}` : null
  return {
    site,
    pathOf: (path) => paths.find(({ prefix }) => isBelow(path, prefix)),
    admits: (client) => isAdmitted(client, allow, deny),
    dress(headers, isSecure) {
      const isStrict = strict !== null && isSecure && !replaced.has('strict-transport-security')
      if (replaced.size === 0 && !isStrict) return [...headers]
      const kept: string[] = []
      for (let i = 0; i < headers.length; i += 2) {
        const key = headers[i]!.toLowerCase()
        if (!replaced.has(key) && !(isStrict && key === 'strict-transport-security')) kept.push(headers[i]!, headers[i + 1]!)
      }
      kept.push(...added)
      if (isStrict) kept.push('Strict-Transport-Security', strict)
      return kept
    },
  }
}

/** `/api` has `/api` and `/api/…` below it, not `/apis`; `/` has everything. */
export function isBelow(path: string, prefix: string): boolean {
  const bare = prefix.replace(/\/+$/, '')
  return path.startsWith(bare) && (path.length === bare.length || path[bare.length] === '/')
}

function isAdmitted(client: string, allow: AddressList | null, deny: AddressList | null): boolean {
  return !deny?.has(client) && (allow === null || allow.has(client))
}

function canBeSet({ name, value }: { name: string; value: string | null }): boolean {
  if (NOT_THEIRS.has(name.toLowerCase())) return false
  try {
    validateHeaderName(name)
    if (value !== null) validateHeaderValue(name, value)
    return true
  } catch {
    return false
  }
}
