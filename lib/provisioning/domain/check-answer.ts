import type { CheckResult } from '../../domain/domain-state'
import type { KnownCertificate } from './check-certificate'
import type { Resolved } from './check-resolution'
import { missed, passed, type Look } from './look'
import { ANYWHERE, askPresence, presenceAnswer, type Presence } from './presence'

const MOST_ASKED = 4

/** Whether what answers at the addresses of the name is this instance, with the right certificate where there is one. */
export async function checkAnswer(look: Look, { addresses, isKnown }: Resolved, served: KnownCertificate | null): Promise<CheckResult> {
  const { domain, sample, way } = look
  const isSecure = served !== null && way.ingress.httpsPort !== null
  const own = isSecure ? way.ingress.httpsPort! : way.ingress.port
  const ports = [...new Set([own, isSecure ? 443 : 80])]
  const asked = addresses.slice(0, MOST_ASKED)
  const answers = await Promise.all(asked.map((address) => askPorts(look, address, ports, isSecure)))
  const wrongAt = answers.findIndex((answer) => answer.kind === 'here' && isSecure && !isShown(answer, served))
  if (wrongAt >= 0) return missed(look, 'answer', 'wrong_certificate', `${asked[wrongAt]} shows another certificate for ${sample} than the one that is meant to be served. If another proxy stands before this instance, its certificate has to be one that browsers trust.`, { found: [fingerprintOf(answers[wrongAt]!)], expected: [served!.fingerprint] })
  const elsewhereAt = answers.findIndex(({ kind }) => kind === 'elsewhere')
  if (elsewhereAt >= 0) return missed(look, 'answer', 'answers_elsewhere', `Something else than this instance answers for ${sample} at ${asked[elsewhereAt]} (status ${(answers[elsewhereAt] as { status: number }).status}). Point the name here, or end what listens there.`, { found: [asked[elsewhereAt]!] })
  if (answers.some(({ kind }) => kind === 'here')) return passed(look, 'answer', { found: asked.filter((_, i) => answers[i]!.kind === 'here') })
  // Many networks do not let a machine reach itself by its public address. That is seen from outside only.
  if (isKnown && (await isServedInside(look, own, isSecure))) return passed(look, 'answer', { message: `This instance serves ${domain.hostname}, but cannot reach itself at ${asked.join(', ')}. If visitors cannot either, let port ${own} through to it.` })
  const why = answers.map((answer, i) => `${asked[i]}: ${answer.kind === 'none' ? answer.message : ''}`).join('; ')
  return missed(look, 'answer', 'unreachable', `${sample} cannot be reached on port ${own} (${why}). Let this port through the firewall, and forward it to this machine.`, { found: asked })
}

/** The first port where something answers. */
async function askPorts({ domain, sample, signal }: Look, address: string, ports: readonly number[], isSecure: boolean): Promise<Presence> {
  let answer: Presence = { kind: 'none', message: 'it was not asked' }
  for (const port of ports) {
    const next = await askPresence({ address, port, host: sample, isSecure, token: domain.token, answer: presenceAnswer(domain) }, signal)
    if (next.kind === 'here') return next
    // What the own port says is what is told, unless nothing is there.
    if (answer.kind === 'none') answer = next.kind === 'none' && answer.message !== 'it was not asked' ? answer : next
  }
  return answer
}

async function isServedInside({ way, domain, sample, signal }: Look, port: number, isSecure: boolean): Promise<boolean> {
  const address = ANYWHERE.includes(way.ingress.host) ? '127.0.0.1' : way.ingress.host
  return (await askPresence({ address, port, host: sample, isSecure, token: domain.token, answer: presenceAnswer(domain) }, signal)).kind === 'here'
}

function isShown(presence: Extract<Presence, { kind: 'here' }>, served: KnownCertificate): boolean {
  return presence.isTrusted || presence.fingerprint === served.fingerprint
}

function fingerprintOf(presence: Presence): string {
  return presence.kind === 'here' ? (presence.fingerprint ?? '') : ''
}
