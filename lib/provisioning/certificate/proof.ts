import * as acme from 'acme-client'

import { addChallenge } from '../../db/queries/engine/acme'
import type { CertifiedDomain } from '../../db/queries/engine/certificates'
import { newId } from '../../ids'
import { openDnsSettings, sealChallengeKey } from '../../secrets/sealed-certificate'
import type { Engine } from '../engine'
import { publishRoutes } from '../reconcile/publish-routes'
import { newKeyPem } from './account'
import { giveUp } from './certificate-error'
import { makeDnsProvider } from './dns-provider'
import type { DnsProvider } from './dns/records'
import { doorOf, showsHttp, showsTls, untilShown } from './own-door'
import { untilSeen } from './propagation'

/** Longer than any order is worked on; after it nobody waits for the challenge. */
const SHOWN_MS = 30 * 60_000
const OWN_MS = 30_000
const DNS_MS = 3 * 60_000

/** What an order is proven with. */
export type Proving = {
  engine: Pick<Engine, 'db' | 'seal' | 'ingress' | 'config' | 'log' | 'now'>
  domain: CertifiedDomain
  /** The way of HTTP or TLS that is preferred. */
  preferred: 'http-01' | 'tls-alpn-01'
  /** Who sets DNS records; null: it is proven by HTTP or TLS. */
  provider: DnsProvider | null
  /** How long is waited until it can be seen, where that is not the usual time. */
  limitMs: number | null
  signal: AbortSignal
}

type Authorization = acme.Authorization
type Challenge = Authorization['challenges'][number]
/** Takes away what was shown; what our own proxy shows goes with the attempt. */
type Shown = { remove(): Promise<void> }

/** Who sets the DNS records by which a host name is proven; null where there is another way. Throws where there is none, before anything is asked of an authority. */
export function providerOf({ engine, domain }: Pick<Proving, 'engine' | 'domain'>): DnsProvider | null {
  if (domain.dnsProvider !== null) return makeDnsProvider(domain.dnsProvider, openDnsSettings(engine.seal, domain), { policy: { allowsPrivate: engine.config.alertsToPrivate } })
  if (domain.hostname.startsWith('*.')) giveUp('challenge_failed', `A certificate for ${domain.hostname} is proven by DNS records that Easel sets. Choose a DNS provider for it, or upload a certificate.`)
  return null
}

/** Shows what the authority will look for, and waits until it can be seen. Answers the challenge to tell the authority of. */
export async function show(proving: Proving, client: acme.Client, authorization: Authorization): Promise<{ challenge: Challenge } & Shown> {
  const { provider, engine } = proving
  const offered = authorization.challenges
  // A Caddy before the ingress shows certificates of proofs for its own orders only.
  const wanted = provider ? ['dns-01'] : engine.config.ingress.httpsPort === null || engine.config.ingress.caddy ? ['http-01'] : [proving.preferred, 'http-01', 'tls-alpn-01']
  const challenge = wanted.map((type) => offered.find((each) => each.type === type)).find((each) => each !== undefined)
  if (!challenge) giveUp('authority_refused', `The certificate authority offers ${offered.map(({ type }) => type).join(', ') || 'nothing'} to prove ${proving.domain.hostname}, and only ${wanted.join(' or ')} can be done here.`)
  const keyAuthorization = await client.getChallengeKeyAuthorization(challenge)
  const host = authorization.identifier.value
  if (provider) return { challenge, ...(await showByDns(proving, provider, { name: `_acme-challenge.${host}`, value: keyAuthorization })) }
  if (challenge.type === 'http-01') await showByHttp(proving, { host, token: challenge.token, keyAuthorization })
  else await showByTls(proving, { authorization, challenge, keyAuthorization })
  return { challenge, remove: async () => undefined }
}

async function showByDns({ engine, signal, limitMs }: Proving, provider: DnsProvider, record: { name: string; value: string }): Promise<Shown> {
  // Taken away also when everything else is ended.
  const remove = () => provider.remove(record, AbortSignal.timeout(OWN_MS)).catch((cause: unknown) => engine.log.warn({ record: record.name, cause }, 'a DNS record of a challenge could not be removed'))
  try {
    await provider.present(record, signal).catch((error: unknown) => {
      signal.throwIfAborted()
      giveUp('challenge_failed', `The DNS record ${record.name} could not be set: ${error instanceof Error ? error.message : 'the provider failed.'}`, error)
    })
    const missing = await untilSeen(record, { resolvers: engine.config.dnsResolvers, signal, limitMs: limitMs ?? DNS_MS })
    if (missing !== null) giveUp('challenge_failed', `The DNS record for the certificate was set and cannot be seen yet. ${missing} It is tried again later.`)
    return { remove }
  } catch (error) {
    await remove()
    throw error
  }
}

async function showByHttp({ engine, domain, signal, limitMs }: Proving, { host, token, keyAuthorization }: { host: string; token: string; keyAuthorization: string }): Promise<void> {
  await addChallenge(engine.db, { id: newId('acmeChallenge'), domainId: domain.id, type: 'http-01', host, token, keyAuthorization, certificatePem: null, keySealed: null, expiresAt: expiry(engine) })
  await publishRoutes(engine, false, signal)
  const door = doorOf(engine.config.ingress.host, engine.config.ingress.port)
  refuseHidden(await untilShown((limit) => showsHttp(door, { host, token, keyAuthorization }, limit), { signal, limitMs: limitMs ?? OWN_MS }))
}

type ByTls = { authorization: Authorization; challenge: Challenge; keyAuthorization: string }

async function showByTls({ engine, domain, signal, limitMs }: Proving, { authorization, challenge, keyAuthorization }: ByTls): Promise<void> {
  const host = authorization.identifier.value
  const id = newId('acmeChallenge')
  const [key, certificate] = await acme.crypto.createAlpnCertificate(authorization, keyAuthorization, newKeyPem())
  const certificatePem = certificate.toString()
  await addChallenge(engine.db, { id, domainId: domain.id, type: 'tls-alpn-01', host, token: challenge.token, keyAuthorization, certificatePem, keySealed: sealChallengeKey(engine.seal, id, key.toString()), expiresAt: expiry(engine) })
  await publishRoutes(engine, false, signal)
  const door = doorOf(engine.config.ingress.host, engine.config.ingress.httpsPort ?? 443)
  refuseHidden(await untilShown((limit) => showsTls(door, { host, certificatePem }, limit), { signal, limitMs: limitMs ?? OWN_MS }))
}

function refuseHidden(isShown: boolean): void {
  // Nothing was asked of the authority yet, so nothing counts against its limits.
  if (!isShown) giveUp('unreachable', 'Easel\'s own proxy does not show the challenge of the certificate authority. Look at the operations page whether it answers; it is tried again.')
}

function expiry({ now }: Pick<Engine, 'now'>): Date {
  return new Date(now().getTime() + SHOWN_MS)
}
