'use client'

import { Trash2 } from 'lucide-react'

import { useRun } from '@/components/client/operations'
import { Badge } from '@/components/ui/badge'
import { IconButton } from '@/components/ui/icon-button'
import { problemOf } from '@/components/ui/problem'
import { RelativeTime } from '@/components/ui/relative-time'
import { toast } from '@/components/ui/toast'
import type { DomainView } from '@/lib/contract/domain'
import { certificateDelete } from '@/lib/contract/doors'

import { sourceWords } from './domain-words'

/** What visitors are shown, and what is kept besides; nothing while there is none. */
export function DomainCertificates({ domain, disabledReason, onChanged }: { domain: DomainView; disabledReason: string | null; onChanged: () => void }) {
  const run = useRun()
  if (domain.certificates.length === 0) return null
  const remove = (certificateId: string) => void run(certificateDelete, { domainId: domain.id, certificateId }).then(onChanged, (error: unknown) => toast.error('The certificate was not deleted.', { description: problemOf(error).message }))
  return (
    <section aria-label="Certificates">
      <h4 className="mb-1.5 font-medium">{domain.certificates.length === 1 ? 'Certificate' : 'Certificates'}</h4>
      <ul className="divide-y divide-line rounded-control border border-line">
        {domain.certificates.map((certificate) => (
          <li key={certificate.id} className="flex items-center gap-2 px-3 py-2">
            <div className="min-w-0 flex-1">
              <p className="flex flex-wrap items-center gap-x-2 break-words">
                {sourceWords(certificate)}
                {certificate.isServed ? <Badge tone="good">Served</Badge> : certificate.isRevoked ? <Badge tone="bad">Revoked</Badge> : <Badge tone="quiet">Not served</Badge>}
              </p>
              <p className="text-meta text-faint">
                Ends <RelativeTime at={certificate.notAfter} /> · {certificate.hosts.join(', ')}
              </p>
              <p className="truncate font-mono text-code text-faint" title={certificate.fingerprint}>
                SHA-256 {certificate.fingerprint.slice(0, 23)}…
              </p>
            </div>
            {certificate.source === 'uploaded' ? <IconButton label="Delete certificate" icon={<Trash2 />} disabledReason={disabledReason} onClick={() => remove(certificate.id)} /> : null}
          </li>
        ))}
      </ul>
    </section>
  )
}
