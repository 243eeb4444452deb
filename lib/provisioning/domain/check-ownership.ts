import { ownHost } from '../../domain/domain-records'
import type { CheckResult } from '../../domain/domain-state'
import { baseOf, challengeName } from '../../domain/host-name'
import { missed, passed, resolverTrouble, type Look } from './look'

/**
 * Whether the name is meant for this service: a TXT record with its token, or a CNAME to the host that the service has from the
 * instance. That its addresses lead here proves nothing: those of everybody on this instance do.
 */
export async function checkOwnership(look: Look): Promise<CheckResult> {
  const { domain, dns, way } = look
  const name = challengeName(domain.hostname)
  const own = way.domain === null ? null : ownHost(domain.hostLabel, way.domain)
  const isWildcard = domain.hostname.startsWith('*.')
  const alias = isWildcard || own === null ? null : await dns.cname(domain.hostname)
  if (alias?.ok && alias.values.includes(own!)) return passed(look, 'ownership', { found: alias.values, expected: [own!] })
  const answer = await dns.txt(name)
  const expected = [domain.token]
  if (answer.ok && answer.values.some((value) => value.trim().replace(/^"(.*)"$/, '$1') === domain.token)) return passed(look, 'ownership', { found: [domain.token], expected })
  const canAlias = own !== null && !isWildcard && !domain.isApex
  if (canAlias && alias?.ok) return missed(look, 'ownership', 'record_wrong', `The CNAME record of ${domain.hostname} leads to ${alias.values.join(', ')}; expected ${own}. Change it, or add a TXT record ${name} with the value ${domain.token}.`, { found: alias.values, expected: [own] })
  if (answer.ok) return missed(look, 'ownership', 'record_wrong', `The TXT record ${name} has another value. Set it to ${domain.token}.`, { found: answer.values, expected })
  if (answer.problem === 'unknown' || answer.problem === 'empty') {
    const make = canAlias ? `Make a CNAME record ${domain.hostname} that leads to ${own}, or a TXT record ${name} with the value ${domain.token}.` : `Make a TXT record ${name} with the value ${domain.token}.`
    return missed(look, 'ownership', 'record_missing', `Nothing proves yet that ${baseOf(domain.hostname)} is yours. ${make} Changes of DNS can take some minutes to be seen.`, { expected: canAlias ? [own] : expected })
  }
  const { reason, message } = resolverTrouble(answer.problem, name, dns.asked)
  return missed(look, 'ownership', reason, message, { expected })
}
