import { Resolver } from 'node:dns/promises'
import { setTimeout as sleep } from 'node:timers/promises'

import type { TxtRecord } from './dns/records'

const TIMEOUT_MS = 5_000
const EVERY_MS = 1_000
const MOST_SERVERS = 8

export type Looking = { /** Name servers; empty for those of this machine. */ resolvers: readonly string[]; signal: AbortSignal; limitMs: number }

/**
 * Waits until a TXT record can be seen: by all servers of its zone that answer, because the authority asks them; where none of them can be asked from here,
 * by every resolver. Answers null, or what was seen last, as a sentence, when the time is over.
 */
export async function untilSeen(record: TxtRecord, { resolvers, signal, limitMs }: Looking): Promise<string | null> {
  const until = Date.now() + limitMs
  const asked = resolvers.length > 0 ? resolvers.map((server) => resolverOf([server])) : [resolverOf([])]
  const ofZone = await serversOf(record.name, asked[0]!)
  for (;;) {
    signal.throwIfAborted()
    const found = await look(record, ofZone, asked)
    if (found === null) return null
    if (Date.now() > until) return found
    await sleep(EVERY_MS, undefined, { signal })
  }
}

/** Null when all of them show it; else what one of them shows. */
async function look({ name, value }: TxtRecord, ofZone: readonly Resolver[], resolvers: readonly Resolver[]): Promise<string | null> {
  const told = await Promise.all(ofZone.map((server) => valuesAt(server, name)))
  const answered = told.filter((values) => typeof values !== 'string' || values === 'missing')
  const all = answered.length > 0 ? answered : await Promise.all(resolvers.map((server) => valuesAt(server, name)))
  const wrong = all.find((values) => typeof values === 'string' || !values.includes(value))
  if (wrong === undefined) return null
  if (wrong === 'missing') return `There is no TXT record at ${name} yet.`
  if (typeof wrong === 'string') return `The name server said ${wrong} when it was asked for the TXT record of ${name}.`
  return `The TXT record at ${name} says ${wrong.map((each) => `“${each}”`).join(', ')}, not “${value}”.`
}

/** The values, `missing`, or the code of what went wrong. */
async function valuesAt(server: Resolver, name: string): Promise<string[] | string> {
  try {
    return (await server.resolveTxt(name)).map((parts) => parts.join(''))
  } catch (error) {
    const code = (error as { code?: string }).code ?? 'nothing'
    return code === 'ENOTFOUND' || code === 'ENODATA' ? 'missing' : code
  }
}

/** The servers of the zone that a name is in, found by climbing. None where the name is sent on elsewhere by a CNAME: resolvers follow it. */
async function serversOf(name: string, resolver: Resolver): Promise<Resolver[]> {
  if (await resolver.resolveCname(name).then(() => true, () => false)) return []
  const labels = name.split('.')
  for (let from = 1; from < labels.length - 1; from++) {
    const names = await resolver.resolveNs(labels.slice(from).join('.')).catch(() => [])
    if (names.length === 0) continue
    const addresses = await Promise.all(names.slice(0, MOST_SERVERS).map((each) => resolver.resolve4(each).catch(() => [])))
    return addresses.flat().slice(0, MOST_SERVERS).map((address) => resolverOf([address]))
  }
  return []
}

function resolverOf(servers: readonly string[]): Resolver {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 2 })
  if (servers.length > 0) resolver.setServers(servers)
  return resolver
}
