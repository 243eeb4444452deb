import type { DomainReason } from '../domain-state'

/** What an authority says when it refuses (RFC 7807, RFC 8555 6.7). */
export type AcmeProblem = { type: string; detail: string; status: number; subproblems: readonly { type: string; detail: string }[]; /** Seconds that it asks to wait; null where it does not say. */ retryAfterS: number | null }

/** Why there is no certificate. `message`: sentences for people; `retryAfterS`: the authority asks to wait so long. */
export type CertificateFailure = { reason: DomainReason; message: string; retryAfterS: number | null }

const PREFIX = 'urn:ietf:params:acme:error:'

/** Types of RFC 8555, 6.7, that are about the host name being proven. */
const OF_CHALLENGE = new Set(['connection', 'dns', 'tls', 'unauthorized', 'incorrectResponse'])

/** Longer words of others are cut. */
const MOST_SHOWN = 400

/** The name of a problem without its prefix; empty for one of another list. */
export function problemName(problem: Pick<AcmeProblem, 'type'>): string {
  return problem.type.startsWith(PREFIX) ? problem.type.slice(PREFIX.length) : ''
}

/** What a problem of an authority means for a host name. `during`: `proof` when it looked at the host name, `asking` for everything else. */
export function failureOfProblem(problem: AcmeProblem, { host, during }: { host: string; during: 'asking' | 'proof' }): CertificateFailure {
  const { retryAfterS } = problem
  const said = wordsOf(problem)
  // Several names are refused at once as subproblems; the first that says more than the whole counts.
  const names = [problemName(problem), ...problem.subproblems.map(problemName)]
  if (names.includes('caa')) return { reason: 'caa_forbids', message: `The CAA records of ${host} do not let this certificate authority issue: ${said} Add the authority to them, or remove them.`, retryAfterS }
  if (names.includes('rateLimited') || problem.status === 429) return { reason: 'rate_limited', message: `The certificate authority has a limit that is reached: ${said} It is asked again when the limit allows it.`, retryAfterS }
  if (during === 'proof' && names.some((name) => OF_CHALLENGE.has(name))) return { reason: 'challenge_failed', message: `The certificate authority could not see that ${host} leads here: ${said} ${adviceFor(names)}`, retryAfterS }
  if (problem.status >= 500 || names.includes('serverInternal')) return { reason: 'authority_down', message: `The certificate authority has a fault of its own: ${said} It is asked again later.`, retryAfterS }
  const advice = names.includes('externalAccountRequired') ? ' The operator sets EASEL_ACME_EAB_KID and EASEL_ACME_EAB_HMAC_KEY to what the authority gave for that.' : ''
  return { reason: 'authority_refused', message: `The certificate authority refuses: ${said}${advice}`, retryAfterS }
}

function adviceFor(names: readonly string[]): string {
  if (names.includes('connection')) return 'It must reach this machine from the internet on port 80 (443 for TLS-ALPN-01): check the firewall and the port forwarding.'
  if (names.includes('dns')) return 'Check the DNS records of the name.'
  return 'Check that nothing else answers for the name, such as a former server or another proxy.'
}

function wordsOf({ detail, subproblems, status }: AcmeProblem): string {
  const all = [detail, ...subproblems.map((each) => each.detail)].map((text) => text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim()).filter((text) => text !== '')
  const text = [...new Set(all)].join(' ') || `status ${status}, without a word`
  const cut = text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text
  return `“${cut}”.`
}

/** More than that, and signatures, certificates and what is waited for cannot be trusted. */
export const CLOCK_MOST_MS = 5 * 60_000

/** That the clock is wrong; null when it is near enough. `aheadMs`: of ours before the authority's. */
export function clockFailure(aheadMs: number): CertificateFailure | null {
  if (Math.abs(aheadMs) <= CLOCK_MOST_MS) return null
  const minutes = Math.round(Math.abs(aheadMs) / 60_000)
  return { reason: 'clock_wrong', message: `This machine's clock is ${minutes} minutes ${aheadMs > 0 ? 'ahead of' : 'behind'} the certificate authority's. Set it, for example by NTP; certificates are asked for again then.`, retryAfterS: null }
}
