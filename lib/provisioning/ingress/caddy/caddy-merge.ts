import { isIP } from 'node:net'
import { isDeepStrictEqual } from 'node:util'

import { OWN_ID, type CaddyParts, type Json, type JsonObject } from './caddy-config'

// Our part of Caddy's configuration among that of others. What is not ours is left as it is.

const STAPLING = 'disable_ocsp_stapling'

/** The whole configuration as it should be: ours in place of what was ours, everything else untouched. `current` is null when Caddy has none. */
export function merged(current: Json, { servers, certificates, policies, ask }: CaddyParts): JsonObject {
  const root = objectOf(current)
  const apps = objectOf(root.apps)
  const http = objectOf(apps.http)
  const tls = objectOf(apps.tls)
  const othersServers = Object.fromEntries(Object.entries(objectOf(http.servers)).filter(([name, server]) => !name.startsWith(OWN_ID) && !isOurs(server)))
  const given = objectOf(tls.certificates)
  const automation = objectOf(tls.automation)
  const wasAsked = objectOf(automation.on_demand).ask
  const loadPem = [...others(given.load_pem), ...certificates]
  // A policy for every name would hide those that come after it.
  const [narrow, wide] = split(others(automation.policies), (policy) => objectOf(policy).subjects !== undefined)
  const all = [...narrow, ...(policies.length === 0 ? [] : policiesOfOthers(othersServers, { given, narrow })), ...policies, ...wide]
  const onDemand = ask === null ? (isOurAsk(wasAsked) ? undefined : automation.on_demand) : { ...objectOf(automation.on_demand), ask }
  const nextAutomation = without({ ...automation, policies: all.length === 0 ? undefined : all, on_demand: onDemand })
  const nextTls = without({
    ...tls,
    // Where to ask whether a certificate was revoked stands in the certificate, and whoever uploads one would have Caddy ask any address of this network.
    ...(certificates.length > 0 ? { [STAPLING]: true } : {}),
    certificates: emptied(without({ ...given, load_pem: loadPem.length === 0 ? undefined : loadPem })),
    automation: emptied(nextAutomation),
  })
  return { ...root, apps: without({ ...apps, http: { ...http, servers: { ...othersServers, ...servers } }, tls: Object.keys(nextTls).some((key) => key !== STAPLING) ? nextTls : undefined }) }
}

/**
 * Caddy obtains certificates for the hosts of others as well, by the first policy that fits. So that this is not ours for all names, theirs come
 * before it by name, with what Caddy does where nothing is said. It takes no second policy for all names, which is told as its trouble.
 */
function policiesOfOthers(servers: JsonObject, { given, narrow }: { given: JsonObject; narrow: readonly Json[] }): JsonObject[] {
  const named = Object.values(servers).filter((server) => objectOf(objectOf(server).automatic_https).disable !== true).flatMap((server) => hostsIn(objectOf(server).routes))
  const automated = Array.isArray(given.automate) ? given.automate.map(String) : []
  const spoken = new Set(narrow.flatMap((policy) => objectOf(policy).subjects as string[]))
  const names = [...new Set([...named, ...automated])].filter((name) => !spoken.has(name)).sort()
  const [internal, open] = split(names, isInternal)
  return [
    ...(open.length === 0 ? [] : [{ '@id': `${OWN_ID}others`, subjects: open }]),
    ...(internal.length === 0 ? [] : [{ '@id': `${OWN_ID}others-internal`, subjects: internal, issuers: [{ module: 'internal' }] }]),
  ]
}

/** Whether Caddy certifies it itself, since no authority would (`SubjectQualifiesForPublicCert` of certmagic). */
function isInternal(name: string): boolean {
  return !name.includes('.') || isIP(name) !== 0 || /\.(?:localhost|local|home\.arpa)$/.test(name)
}

/** What its routes match, also those within them. */
function hostsIn(value: Json | undefined): string[] {
  if (Array.isArray(value)) return value.flatMap(hostsIn)
  if (value === undefined || !isObject(value)) return []
  return Object.entries(value).flatMap(([key, each]) => (key !== 'match' ? hostsIn(each) : (Array.isArray(each) ? each : []).flatMap((matcher) => {
    const { host } = objectOf(matcher)
    return Array.isArray(host) ? host.map(String) : []
  })))
}

/** What has to be asked of Caddy; null where it is as it should be. One object that differs is replaced by its id, else the whole is. */
export type Change = { path: string; method: 'PATCH' | 'POST'; body: Json }

export function changeOf(current: Json, wanted: JsonObject): Change | null {
  if (isDeepStrictEqual(current, wanted)) return null
  const one = onlyDifference(current, wanted)
  return one === null ? { path: '/config/', method: 'POST', body: wanted } : { path: `/id/${one['@id'] as string}`, method: 'PATCH', body: one }
}

/** The single object with an id of ours that differs; null for several, or for another kind of difference. */
function onlyDifference(current: Json, wanted: Json): JsonObject | null {
  if (isObject(current) && isObject(wanted)) {
    const keys = Object.keys(wanted)
    if (Object.keys(current).length === keys.length && keys.every((key) => key in current)) {
      const different = keys.filter((key) => !isDeepStrictEqual(current[key], wanted[key]))
      const within = different.length === 1 ? onlyDifference(current[different[0]!]!, wanted[different[0]!]!) : null
      if (within) return within
    }
    return isOurs(wanted) && current['@id'] === wanted['@id'] ? wanted : null
  }
  if (!Array.isArray(current) || !Array.isArray(wanted) || current.length !== wanted.length) return null
  const different = wanted.flatMap((each, i) => (isDeepStrictEqual(each, current[i]) ? [] : [i]))
  return different.length === 1 ? onlyDifference(current[different[0]!]!, wanted[different[0]!]!) : null
}

function isOurs(value: Json): boolean {
  return isObject(value) && typeof value['@id'] === 'string' && value['@id'].startsWith(OWN_ID)
}

function isOurAsk(value: Json | undefined): boolean {
  return typeof value === 'string' && value.includes('/easel/ask?')
}

function others(list: Json | undefined): Json[] {
  return Array.isArray(list) ? list.filter((each) => !isOurs(each)) : []
}

function split<T>(list: readonly T[], isFirst: (each: T) => boolean): [T[], T[]] {
  return [list.filter(isFirst), list.filter((each) => !isFirst(each))]
}

function objectOf(value: Json | undefined): JsonObject {
  return value !== undefined && isObject(value) ? value : {}
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function without(object: { [key: string]: Json | undefined }): JsonObject {
  return Object.fromEntries(Object.entries(object).filter((entry): entry is [string, Json] => entry[1] !== undefined))
}

function emptied(object: JsonObject): JsonObject | undefined {
  return Object.keys(object).length === 0 ? undefined : object
}
