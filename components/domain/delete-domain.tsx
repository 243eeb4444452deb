'use client'

import { useRun } from '@/components/client/operations'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { toast } from '@/components/ui/toast'
import type { DomainView } from '@/lib/contract/domain'
import { domainDelete } from '@/lib/contract/doors'

export type DomainDialogProps = { domain: DomainView; onChanged: () => void; onClose: () => void }

/** Says what is lost with a host name. */
export function DeleteDomain({ domain, onChanged, onClose }: DomainDialogProps) {
  const run = useRun()
  const remove = async () => {
    await run(domainDelete, { domainId: domain.id })
    toast.success(`${domain.display} is no longer served.`)
    onChanged()
  }
  return (
    <ConfirmDialog open onOpenChange={(open) => (open ? undefined : onClose())} title={`Remove ${domain.display}?`} confirmLabel="Remove host name" onConfirm={remove}>
      <p>
        {domain.ownedAt === null ? 'It is not served yet.' : 'Visitors of it are no longer answered, at once.'} Its rules{domain.certificates.length > 0 ? ', certificates and keys' : ''} are lost, and it is free for others.
      </p>
      <p>Its DNS records stay where its DNS is kept. Remove them too, so that the name leads nowhere.</p>
    </ConfirmDialog>
  )
}
