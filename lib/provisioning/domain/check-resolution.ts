import { isIP } from 'node:net'

import { ownHost } from '../../domain/domain-records'
import type { CheckResult } from '../../domain/domain-state'
import { followName, plainIpv6, type Followed } from './follow-name'
import { missed, passed, resolverTrouble, type Look } from './look'
import { askPresence, presenceAnswer } from './presence'

/** Of a name with many addresses, so many are asked. */
const MOST_ASKED = 4

/** `addresses`: where the name leads; empty when it leads nowhere. `isKnown`: they are this instance's own. */
export type Resolved = { result: CheckResult; addresses: string[]; isKnown: boolean }

/** Whether the name leads to this instance: to its addresses, or to others that answer as it does, as those of a proxy before it. */
export async function checkResolution(look: Look): Promise<Resolved> {
  const { sample, dns, domain } = look
  const [followed, expected] = await Promise.all([followName(dns, sample), expectedAddresses(look)])
  if (!followed.ok) return { result: leadsNowhere(look, followed, expected), addresses: [], isKnown: false }
  const { addresses, names } = followed
  const found = [...names, ...addresses]
  const foreign = addresses.filter((address) => !expected.includes(address))
  const isKnown = expected.length > 0 && foreign.length === 0
  if (isKnown) return { result: passed(look, 'resolution', { found, expected }), addresses, isKnown }
  const answers = await Promise.all(foreign.slice(0, MOST_ASKED).map((address) => isHere(look, address)))
  if (answers.every(Boolean)) {
    const message = expected.length === 0 ? '' : `${domain.hostname} leads to ${foreign.join(', ')}, from where requests come here: another proxy stands before this instance.`
    return { result: passed(look, 'resolution', { found, expected, message }), addresses, isKnown }
  }
  return { result: leadsElsewhere(look, { addresses, foreign, names, expected }), addresses, isKnown }
}

/** Addresses that are set, those of names that are set, and those of the service's own host. */
async function expectedAddresses({ dns, way, domain }: Look): Promise<string[]> {
  const names = [...way.addresses.filter((each) => isIP(each) === 0), ...(way.domain === null ? [] : [ownHost(domain.hostLabel, way.domain)])]
  const followed = await Promise.all(names.map((name) => followName(dns, name)))
  return [...new Set([...way.addresses.filter((each) => isIP(each) !== 0).map(plainIpv6), ...followed.flatMap((each) => (each.ok ? each.addresses : []))])].sort()
}

/** On the port that visitors use, and on the usual one. */
async function isHere({ domain, sample, way, signal }: Look, address: string): Promise<boolean> {
  for (const port of new Set([way.ingress.port, 80])) {
    const presence = await askPresence({ address, port, host: sample, isSecure: false, token: domain.token, answer: presenceAnswer(domain) }, signal)
    if (presence.kind === 'here') return true
  }
  return false
}

function leadsNowhere(look: Look, { problem, names }: Extract<Followed, { ok: false }>, expected: readonly string[]): CheckResult {
  const { domain, sample, dns } = look
  const facts = { found: names, expected }
  const through = names.length === 0 ? '' : ` It leads to ${names.at(-1)}, which`
  if (problem === 'circle') return missed(look, 'resolution', 'record_wrong', `The CNAME records of ${domain.hostname} lead in a circle: ${names.join(' → ')}. Let one of them lead here.`, facts)
  if (problem === 'unknown') {
    const what = names.length > 0 ? `${domain.hostname} leads nowhere.${through} does not exist.` : `${domain.hostname} does not exist in DNS.`
    return missed(look, 'resolution', 'name_unknown', `${what} ${advice(look, expected)}`, facts)
  }
  if (problem === 'empty') {
    const what = names.length > 0 ? `${domain.hostname} leads nowhere.${through} has no address.` : `${domain.hostname} has no A, AAAA or CNAME record.`
    return missed(look, 'resolution', 'record_missing', `${what} ${advice(look, expected)}`, facts)
  }
  const { reason, message } = resolverTrouble(problem, names.at(-1) ?? sample, dns.asked)
  return missed(look, 'resolution', reason, message, facts)
}

/** The record that would help. */
function advice({ domain, way }: Look, expected: readonly string[]): string {
  if (!domain.isApex && way.domain !== null) return `Make a CNAME record ${domain.hostname} that leads to ${ownHost(domain.hostLabel, way.domain)}.`
  if (expected.length > 0) return `Make an ${expected[0]!.includes(':') ? 'AAAA' : 'A'} record ${domain.hostname} with ${expected[0]}.`
  return 'Make A and AAAA records with the public addresses of this instance.'
}

function leadsElsewhere(look: Look, { addresses, foreign, names, expected }: { addresses: readonly string[]; foreign: readonly string[]; names: readonly string[]; expected: readonly string[] }): CheckResult {
  const { domain, way } = look
  const facts = { found: [...names, ...addresses], expected }
  const type = (list: readonly string[]) => (list.every((each) => each.includes(':')) ? 'AAAA' : list.some((each) => each.includes(':')) ? 'A and AAAA' : 'A')
  if (expected.length === 0) {
    return missed(look, 'resolution', 'leads_elsewhere', `${domain.hostname} leads to ${addresses.join(', ')}, where this instance does not answer. If that is its public address, its port ${way.ingress.port} has to be reached there; the operator can say in EASEL_INGRESS_ADDRESSES which addresses are right.`, facts)
  }
  const own = way.domain === null ? null : ownHost(domain.hostLabel, way.domain)
  if (foreign.length < addresses.length) return missed(look, 'resolution', 'leads_elsewhere', `${domain.hostname} leads to this instance and elsewhere: ${foreign.join(', ')}. Remove the ${type(foreign)} record${foreign.length === 1 ? '' : 's'} with ${foreign.length === 1 ? 'this address' : 'these addresses'}, else some visitors do not come here.`, facts)
  const change = names.length > 0 && own !== null && !domain.isApex ? `Change its CNAME record to ${own}` : `Change its ${type(foreign)} record${foreign.length === 1 ? '' : 's'}`
  const or = names.length === 0 && own !== null && !domain.isApex ? `, or replace it by a CNAME record to ${own}` : ''
  return missed(look, 'resolution', 'leads_elsewhere', `${domain.hostname} leads to ${foreign.join(', ')}; expected ${expected.join(' or ')}. ${change}${or}.`, facts)
}
