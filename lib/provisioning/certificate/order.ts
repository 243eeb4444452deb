import { X509Certificate, createPrivateKey } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

import * as acme from 'acme-client'
import { z } from 'zod'

import type { AcmeConfig } from '../../config'
import { abandon, beginAttempt, setOrderUrl, type OrderRow } from '../../db/queries/engine/acme'
import type { CertifiedDomain } from '../../db/queries/engine/certificates'
import { failureOfProblem, problemName } from '../../domain/certificate/problem'
import { isAppError } from '../../errors'
import { newKeyPem, withAccount } from './account'
import { callAuthority } from './authority-calls'
import { CertificateError, giveUp, ProblemError, refuseWrongClock } from './certificate-error'
import type { DnsProvider } from './dns/records'
import type { IssueOptions, IssuingEngine } from './issuing'
import { show } from './proof'

/** What was issued: the row of a certificate, with its key. */
export type Issued = { orderId: string; keyPem: string; chainPem: string; hosts: string[]; fingerprint: string; issuer: string; notBefore: Date; notAfter: Date }

export type Ordering = { engine: IssuingEngine; config: AcmeConfig; domain: CertifiedDomain; order: OrderRow; preferred: 'http-01' | 'tls-alpn-01'; provider: DnsProvider | null; signal: AbortSignal; options: IssueOptions; /** Throws when another worker has taken over. */ hold(): Promise<void> }

const PROOF_MS = 2 * 60_000
const ISSUE_MS = 2 * 60_000
const FIRST_POLL_MS = 200
const LONGEST_POLL_MS = 5_000
/** An order that ends sooner is not gone on with. */
const LEFT_MS = 60_000

/** Takes an order from its beginning, or from where a worker has left it, to a certificate (RFC 8555, 7.4). Throws what `failureOf` understands. */
export function placeOrder(ordering: Ordering): Promise<Issued> {
  const { engine, config, signal } = ordering
  return callAuthority({ config, signal, now: engine.now }, async (clock) => {
    try {
      return await withAccount(engine, config, async ({ client }) => {
        // The first answer tells the time: a wrong clock would be found out late, and cost an order.
        await client.getTermsOfServiceUrl()
        refuseWrongClock(clock.aheadMs())
        const { order, orderId } = await orderOf(ordering, client)
        await engine.at?.('certificate:ordered')
        const ready = order.status === 'ready' ? order : await prove(ordering, client, order)
        return { orderId, ...(await finish(ordering, client, ready)) }
      })
    } catch (error) {
      throw understood(error, signal)
    }
  })
}

/** The library says by plain errors that it does not understand an answer; the proxy is told by AppErrors that it is away. */
function understood(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return error
  if (isAppError(error) && error.code === 'unavailable') return new CertificateError({ reason: 'unreachable', message: `Easel's own proxy could not be told of the challenge: ${error.message}`, retryAfterS: null }, { cause: error })
  const isPlain = error instanceof Error && [Error, TypeError, SyntaxError].some((kind) => error.constructor === kind) && !('code' in error)
  if (!isPlain) return error
  return new CertificateError({ reason: 'authority_refused', message: `What the certificate authority answers is not understood: ${error.message}. Check that EASEL_ACME_DIRECTORY is the address of an ACME directory.`, retryAfterS: null }, { cause: error })
}

/** The order that was left open, or a new one. */
async function orderOf({ engine, config, domain, order: row, hold }: Ordering, client: acme.Client): Promise<{ order: acme.Order; orderId: string }> {
  let orderId = row.id
  if (row.url !== null) {
    const left = await openOrder(client, row.url, engine.now())
    if (left) return { order: left, orderId }
    await abandon(engine.db, row.id, engine.now())
    orderId = await beginAttempt(engine.db, { directory: config.directory, domainId: domain.id, registered: row.registered, host: row.host, placedAt: engine.now() })
  }
  await hold()
  const order = await client.createOrder({ identifiers: [{ type: 'dns', value: domain.hostname }] })
  await setOrderUrl(engine.db, orderId, order.url)
  return { order, orderId }
}

/** Null for an order that cannot be gone on with. One that is past its finalization is of a key that nobody has any more. */
async function openOrder(client: acme.Client, url: string, now: Date): Promise<acme.Order | null> {
  try {
    const order = await client.getOrder({ url } as acme.Order)
    const isOpen = order.status === 'pending' || order.status === 'ready'
    return isOpen && (order.expires === undefined || Date.parse(order.expires) > now.getTime() + LEFT_MS) ? order : null
  } catch (error) {
    const isUnknown = error instanceof ProblemError && error.problem.status < 500 && error.problem.status !== 429 && problemName(error.problem) !== 'accountDoesNotExist'
    if (isUnknown) return null
    throw error
  }
}

async function prove(ordering: Ordering, client: acme.Client, order: acme.Order): Promise<acme.Order> {
  const { engine, domain, signal, options, provider, preferred } = ordering
  const shown: (() => Promise<void>)[] = []
  try {
    for (const authorization of await client.getAuthorizations(order)) {
      if (authorization.status !== 'pending') continue
      const proving = { engine, domain, preferred, signal, provider, limitMs: options.limitMs ?? null }
      const { challenge, remove } = await show(proving, client, authorization)
      shown.push(remove)
      await engine.at?.('certificate:shown')
      await client.completeChallenge(challenge)
    }
    return await untilProven(ordering, client, order)
  } finally {
    for (const remove of shown) await remove()
  }
}

async function untilProven({ domain, signal }: Ordering, client: acme.Client, order: acme.Order): Promise<acme.Order> {
  const until = Date.now() + PROOF_MS
  for (let pollMs = FIRST_POLL_MS; ; pollMs = Math.min(pollMs * 2, LONGEST_POLL_MS)) {
    const all = await client.getAuthorizations(order)
    if (all.every(({ status }) => status === 'valid')) return order
    const bad = all.find(({ status }) => status !== 'pending' && status !== 'valid')
    if (bad) throw refusal(bad.challenges.map(({ error }) => error).find((error) => error !== undefined), domain.hostname, `The proof for ${domain.hostname} is ${bad.status}.`)
    if (Date.now() > until) giveUp('challenge_failed', `The certificate authority has not looked at ${domain.hostname} within ${PROOF_MS / 60_000} minutes. It is tried again.`)
    await sleep(pollMs, undefined, { signal })
  }
}

const Refusal = z.object({ type: z.string().catch(''), detail: z.string().catch(''), status: z.number().catch(400), subproblems: z.array(z.object({ type: z.string().catch(''), detail: z.string().catch('') })).catch([]) })

function refusal(error: object | undefined, host: string, otherwise: string): CertificateError {
  const parsed = Refusal.safeParse(error)
  const problem = { ...(parsed.success ? parsed.data : { type: '', detail: otherwise, status: 400, subproblems: [] }), retryAfterS: null }
  return new CertificateError(failureOfProblem(problem, { host, during: 'proof' }))
}

async function finish(ordering: Ordering, client: acme.Client, ready: acme.Order): Promise<Omit<Issued, 'orderId'>> {
  const { domain, signal, engine } = ordering
  await ordering.hold()
  const keyPem = newKeyPem()
  const [, csr] = await acme.crypto.createCsr({ altNames: [domain.hostname] }, keyPem)
  let order = await client.finalizeOrder(ready, csr)
  await engine.at?.('certificate:finalized')
  const until = Date.now() + ISSUE_MS
  for (let pollMs = FIRST_POLL_MS; order.status !== 'valid'; pollMs = Math.min(pollMs * 2, LONGEST_POLL_MS)) {
    if (order.status === 'invalid') throw refusal(order.error, domain.hostname, `The order for ${domain.hostname} was refused.`)
    if (Date.now() > until) giveUp('authority_down', `The certificate authority has not issued the certificate within ${ISSUE_MS / 60_000} minutes. It is asked again later.`)
    await sleep(pollMs, undefined, { signal })
    order = await client.getOrder(ready)
  }
  return describe({ chainPem: await client.getCertificate(order), keyPem, host: domain.hostname })
}

function describe({ chainPem, keyPem, host }: { chainPem: string; keyPem: string; host: string }): Omit<Issued, 'orderId'> {
  const leaf = new X509Certificate(chainPem)
  if (!leaf.checkPrivateKey(createPrivateKey(keyPem))) giveUp('authority_refused', 'The certificate authority issued a certificate for another key than it was asked for.')
  const hosts = (leaf.subjectAltName ?? '').split(', ').filter((name) => name.startsWith('DNS:')).map((name) => name.slice(4).toLowerCase())
  if (!hosts.includes(host)) giveUp('authority_refused', `The certificate authority issued a certificate for ${hosts.join(', ') || 'no name'}, not for ${host}.`)
  return { keyPem, chainPem, hosts, fingerprint: leaf.fingerprint256.replaceAll(':', '').toLowerCase(), issuer: issuerOf(leaf), notBefore: new Date(leaf.validFrom), notAfter: new Date(leaf.validTo) }
}

/** The common name of who issued it, else all that it is called. */
export function issuerOf(certificate: X509Certificate): string {
  const parts = certificate.issuer.split('\n')
  return parts.find((part) => part.startsWith('CN='))?.slice(3) ?? parts.join(', ')
}
