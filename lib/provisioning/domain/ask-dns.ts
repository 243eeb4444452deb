import { Resolver } from 'node:dns/promises'

import type { CaaRecord } from '../../domain/caa'

// Questions to DNS, of resolvers that can be chosen: never of the hosts file of this machine, and nothing is kept, so that each look sees
// what is there now.

const ANSWER_MS = 2_000
const TRIES = 2

/** `unknown`: there is no such name (NXDOMAIN). `empty`: the name has no record of this kind. `failed`: SERVFAIL or worse. */
export type DnsProblem = 'unknown' | 'empty' | 'failed' | 'refused' | 'silent'
export type DnsAnswer<T> = { ok: true; values: T[] } | { ok: false; problem: DnsProblem }

export type Dns = {
  ipv4(name: string): Promise<DnsAnswer<string>>
  ipv6(name: string): Promise<DnsAnswer<string>>
  cname(name: string): Promise<DnsAnswer<string>>
  txt(name: string): Promise<DnsAnswer<string>>
  caa(name: string): Promise<DnsAnswer<CaaRecord>>
  /** Who is asked, in words. */
  asked: string
}

/** `resolvers`: addresses, with ports where they are not 53; empty for those of the system. Each question ends within a few seconds, or with the signal. */
export function askDns(resolvers: readonly string[], signal: AbortSignal): Dns {
  const resolver = new Resolver({ timeout: ANSWER_MS, tries: TRIES })
  if (resolvers.length > 0) resolver.setServers(resolvers)
  signal.addEventListener('abort', () => resolver.cancel(), { once: true })
  return {
    ipv4: (name) => answer(resolver.resolve4(name)),
    ipv6: (name) => answer(resolver.resolve6(name)),
    cname: (name) => answer(resolver.resolveCname(name).then((names) => names.map((each) => each.toLowerCase().replace(/\.$/, '')))),
    txt: (name) => answer(resolver.resolveTxt(name).then((all) => all.map((parts) => parts.join('')))),
    caa: (name) => answer(resolver.resolveCaa(name).then((all) => all.map(caaRecord))),
    asked: resolver.getServers().join(', '),
  }
}

function caaRecord(record: { issue?: string | undefined; issuewild?: string | undefined }): CaaRecord {
  if (record.issue !== undefined) return { tag: 'issue', value: record.issue }
  return record.issuewild !== undefined ? { tag: 'issuewild', value: record.issuewild } : { tag: 'other', value: '' }
}

const PROBLEM: Record<string, DnsProblem> = { ENOTFOUND: 'unknown', ENODATA: 'empty', EREFUSED: 'refused', ETIMEOUT: 'silent', ECONNREFUSED: 'silent', ECANCELLED: 'silent' }

async function answer<T>(asked: Promise<T[]>): Promise<DnsAnswer<T>> {
  try {
    const values = await asked
    return values.length > 0 ? { ok: true, values } : { ok: false, problem: 'empty' }
  } catch (error) {
    return { ok: false, problem: PROBLEM[(error as NodeJS.ErrnoException).code ?? ''] ?? 'failed' }
  }
}
