import { and, eq } from 'drizzle-orm'

import { certificateDelete, certificateUpload } from '../../contract/domain'
import { certificatesOf } from '../../db/queries/domains'
import { certificates } from '../../db/schema/domain'
import type { Problem } from '../../domain/certificate/judge'
import { AppError, notFound } from '../../errors'
import { newId } from '../../ids'
import { enqueue } from '../../queue/jobs'
import { judgeCertificate, readCertificate } from '../../secrets/judge-certificate'
import { sealCertificateKey } from '../../secrets/sealed-certificate'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { followAddress } from './follow-address'
import { heldDomain } from './held'
import { domainView } from './view'

const MOST_CERTIFICATES = 20

export const uploadCertificate = implement(certificateUpload, async (ctx, { domainId, chain, key }) => {
  const { domain } = await heldDomain(ctx, domainId)
  const { problems } = judgeCertificate({ chainPem: chain, keyPem: key, hostname: domain.hostname, now: ctx.now() })
  if (problems.length > 0) throw refused(problems)
  const { chainPem, ...facts } = readCertificate(chain)
  const former = await certificatesOf(ctx.db, [domainId])
  if (former.some(({ fingerprint }) => fingerprint === facts.fingerprint)) throw new AppError('conflict', 'This certificate is there already.', { fields: { chain: 'Is there already.' } })
  if (former.length >= MOST_CERTIFICATES) throw new AppError('limit_exceeded', `There are ${former.length} certificates of this host name. Delete one that is no longer needed.`)
  const id = newId('certificate')
  const place = { environmentId: domain.environmentId, serviceIds: [domain.serviceId] }
  await followAddress(ctx, place, () => ctx.db.insert(certificates).values({ id, domainId, source: 'uploaded', chainPem, keySealed: sealCertificateKey(ctx.seal, id, key), ...facts, createdAt: ctx.now() }))
  await enqueue(ctx.db, { task: 'reconcile', environmentId: domain.environmentId })
  await recordHere(ctx, { type: 'certificate.uploaded', subject: domain.hostname, data: { fingerprint: facts.fingerprint, notAfter: facts.notAfter.toISOString() } })
  return domainView(ctx, domainId)
})

/** Each sentence at the text that it is about. */
function refused(problems: readonly Problem[]): AppError {
  const said = (of: Problem['of']) => problems.filter((problem) => problem.of === of).map(({ message }) => message).join(' ')
  const fields = Object.fromEntries((['chain', 'key'] as const).map((of) => [of, said(of)]).filter(([, words]) => words !== ''))
  return new AppError('invalid_input', [...new Set(problems.map(({ message }) => message))].join(' '), { fields })
}

export const deleteCertificate = implement(certificateDelete, async (ctx, { domainId, certificateId }) => {
  const { domain } = await heldDomain(ctx, domainId)
  const certificate = (await certificatesOf(ctx.db, [domainId])).find(({ id }) => id === certificateId)
  if (!certificate) throw notFound('certificate')
  if (certificate.source === 'acme') throw new AppError('not_now', 'Easel looks after this certificate itself: it is renewed and removed in time. Upload one of your own to use that instead.')
  await followAddress(ctx, { environmentId: domain.environmentId, serviceIds: [domain.serviceId] }, () => ctx.db.delete(certificates).where(and(eq(certificates.id, certificateId), eq(certificates.domainId, domainId))))
  await enqueue(ctx.db, { task: 'reconcile', environmentId: domain.environmentId })
  await recordHere(ctx, { type: 'certificate.deleted', subject: domain.hostname, data: { fingerprint: certificate.fingerprint } })
  return domainView(ctx, domainId)
})
