import type { AcmeConfig } from '../../config'
import { abandon, attemptsFor, beginAttempt, endFailed, endIssued, ordersSince, removeChallenges, type OrderRow } from '../../db/queries/engine/acme'
import { holdLocks, type HeldLock } from '../../db/queries/engine/advisory-lock'
import { certifiedDomain, keepCertificate, lookSoon, servedCertificates, type CertifiedDomain, type NewCertificate, type ServedCertificate } from '../../db/queries/engine/certificates'
import { mayOrderAt, ORDERS_MS, pauseAfterMs, renewAt } from '../../domain/certificate/pace'
import { CLOCK_MOST_MS, type CertificateFailure } from '../../domain/certificate/problem'
import { registeredName } from '../../domain/registered-name'
import { AppError } from '../../errors'
import { newId } from '../../ids'
import { followAddress } from '../../operations/domain/follow-address'
import { sealCertificateKey } from '../../secrets/sealed-certificate'
import { publishRoutes } from '../reconcile/publish-routes'
import { CertificateError, failureOf } from './certificate-error'
import type { IssueOptions, IssuingEngine } from './issuing'
import { placeOrder, type Issued } from './order'
import { providerOf } from './proof'

/**
 * How an attempt ended. `busy`: another worker is at it. `gone`: nothing to do it for. `off`: there is no authority, or nobody who would show a certificate. `kept`: what there is lasts. `waiting`: it is too early
 * to try again. `failed`: the order says why, and when it is tried again.
 */
export type IssueEnd = 'busy' | 'gone' | 'off' | 'kept' | 'waiting' | 'issued' | 'failed'

/**
 * Sees to it that a host name has a certificate of the authority that lasts: asks for the first one, and for the next one when it is time. Safe to repeat, and never at work twice
 * for one name; what a worker that died has begun is gone on with. Throws when the database is away or the signal aborts.
 */
export async function issueCertificate(engine: IssuingEngine, domainId: string, signal: AbortSignal, options: IssueOptions = {}): Promise<IssueEnd> {
  const { acme, ingress } = engine.config
  if (acme === null || ingress.httpsPort === null) return 'off'
  const lock = await holdLocks(engine.sql, `certificate:${domainId}`)
  if (!lock) return 'busy'
  try {
    const domain = await certifiedDomain(engine.db, domainId)
    if (!domain || domain.ownedAt === null) return 'gone'
    const [present = null] = await servedCertificates(engine.db, engine.now(), domainId)
    if (present !== null && !isDue(present, engine.now())) return 'kept'
    return await attempt({ engine, config: acme, domain, present, signal, options, hold: () => demand(lock) })
  } finally {
    await lock.release()
  }
}

/** The lock goes with its connection, which may have been cut meanwhile. */
async function demand(lock: HeldLock): Promise<void> {
  if (!(await lock.hold())) throw new AppError('conflict', 'Another worker is at this certificate.')
}

/**
 * Whether a host name needs another certificate of an authority. Those that somebody brought are theirs to replace, until they have ended. One that is not valid for long yet is of another
 * time than ours: asking tells whose clock is wrong, and an authority whose clock is right gives another.
 */
export function isDue(row: Pick<ServedCertificate, 'id' | 'source' | 'notBefore' | 'notAfter'>, now: Date): boolean {
  if (row.notBefore.getTime() - now.getTime() > CLOCK_MOST_MS) return true
  return now >= dueAt(row)
}

/** From when on it does. */
export function dueAt(row: Pick<ServedCertificate, 'id' | 'source' | 'notBefore' | 'notAfter'>): Date {
  return row.source === 'uploaded' ? row.notAfter : renewAt(row)
}

type Room = { engine: IssuingEngine; config: AcmeConfig; domain: CertifiedDomain; present: ServedCertificate | null; signal: AbortSignal; options: IssueOptions; /** Throws when another worker has taken over. */ hold(): Promise<void> }

async function attempt(room: Room): Promise<IssueEnd> {
  const { engine, config, domain } = room
  const { db } = engine
  const former = await attemptsFor(db, domain.id)
  const [last] = former
  if (last?.outcome === 'failed' && last.retryAfter !== null && last.retryAfter > engine.now()) return 'waiting'
  // Left by a worker that died.
  await removeChallenges(db, domain.id)
  const order = last?.outcome === 'open' && last.directory === config.directory ? last : await begin(room, last)
  const failures = former.findIndex(({ outcome }) => outcome === 'issued')
  const failedBefore = (failures === -1 ? former : former.slice(0, failures)).filter(({ outcome, id }) => outcome === 'failed' && id !== order.id).length
  try {
    await refuseBeyondLimits(room)
    const issued = await placeOrder({ ...room, order, preferred: config.challenge, provider: room.options.provider ?? providerOf({ engine, domain }) })
    return await keep(room, issued)
  } catch (error) {
    room.signal.throwIfAborted()
    const failure = failureOf(error, { host: domain.hostname, directory: config.directory })
    if (failure === null) throw error
    return await fail(room, { failure, failures: failedBefore + 1, cause: error })
  } finally {
    // With the database away they end by their time.
    await removeChallenges(db, domain.id).catch(() => undefined)
  }
}

async function begin({ engine, config, domain }: Room, last: OrderRow | undefined): Promise<OrderRow> {
  // Of another authority, which is not asked any more.
  if (last?.outcome === 'open') await abandon(engine.db, last.id, engine.now())
  await beginAttempt(engine.db, { directory: config.directory, domainId: domain.id, registered: registeredName(domain.hostname) ?? domain.hostname, host: domain.hostname, placedAt: engine.now() })
  return (await attemptsFor(engine.db, domain.id))[0]!
}

async function refuseBeyondLimits({ engine, config, domain, present }: Room): Promise<void> {
  const now = engine.now()
  const orders = await ordersSince(engine.db, config.directory, new Date(now.getTime() - ORDERS_MS))
  const wait = mayOrderAt(orders, { directory: config.directory, host: domain.hostname, registered: registeredName(domain.hostname) ?? domain.hostname, now, isRenewal: present !== null })
  if (wait === null) return
  throw new CertificateError({ reason: 'rate_limited', message: `${wait.words}, and the certificate authority allows no more. It is asked again then.`, retryAfterS: Math.ceil((wait.at.getTime() - now.getTime()) / 1000) })
}

async function keep({ engine, domain, signal }: Room, issued: Issued): Promise<IssueEnd> {
  const { db, seal, log } = engine
  const id = newId('certificate')
  const { keyPem, orderId, ...certificate } = issued
  const row: NewCertificate = { id, domainId: domain.id, source: 'acme', keySealed: sealCertificateKey(seal, id, keyPem), ...certificate }
  const isKept = await db.transaction(async (tx) => {
    const kept = await followAddress({ db: tx, seal }, { environmentId: domain.environmentId, serviceIds: [domain.serviceId] }, () => keepCertificate(tx, row, engine.now()))
    await endIssued(tx, orderId, engine.now())
    return kept
  })
  if (!isKept) return 'gone'
  log.info({ domain: domain.id, host: domain.hostname, notAfter: row.notAfter }, 'a certificate was issued')
  // Whoever looks at the routes next would do it as well.
  await publishRoutes(engine, false, signal).catch((cause: unknown) => log.warn({ domain: domain.id, cause }, 'a new certificate is published with the next look'))
  // Not before it is published: a look in between would find the former one, and tell it as wrong.
  await lookSoon(db, domain.id, engine.now())
  return 'issued'
}

async function fail({ engine, domain }: Room, { failure, failures, cause }: { failure: CertificateFailure; failures: number; cause: unknown }): Promise<IssueEnd> {
  const at = engine.now()
  const retryAfter = new Date(at.getTime() + pauseAfterMs(failures, failure))
  const [order] = await attemptsFor(engine.db, domain.id)
  // The domain is gone, and its order with it.
  if (!order) return 'gone'
  await engine.db.transaction(async (tx) => {
    await endFailed(tx, order.id, { ...failure, at, retryAfter })
    await lookSoon(tx, domain.id, at)
  })
  engine.log.warn({ domain: domain.id, host: domain.hostname, reason: failure.reason, retryAfter, cause }, 'a certificate was not issued')
  return 'failed'
}
