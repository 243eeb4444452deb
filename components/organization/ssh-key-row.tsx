'use client'

import { Trash2 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'

import { useRun } from '@/components/client/operations'
import { CodeBlock } from '@/components/ui/code'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { IconButton } from '@/components/ui/icon-button'
import { RelativeTime } from '@/components/ui/relative-time'
import { toast } from '@/components/ui/toast'
import { sshKeyDelete } from '@/lib/contract/doors'
import type { SshKeyView } from '@/lib/contract/organization'

export type SshKeyRowProps = { organizationId: string; sshKey: SshKeyView; disabledReason: string | null }

/** One key with its public part to copy. */
export function SshKeyRow({ organizationId, sshKey, disabledReason }: SshKeyRowProps) {
  const run = useRun()
  const router = useRouter()
  const [deleting, setDeleting] = useState(false)
  const remove = async () => {
    await run(sshKeyDelete, { organizationId, sshKeyId: sshKey.id })
    toast.success('SSH key deleted.')
    router.refresh()
  }
  return (
    <li className="py-3">
      <div className="flex items-center gap-3">
        <div className="min-w-0 flex-1">
          <p className="font-medium break-words">{sshKey.name}</p>
          <p className="text-meta break-all text-faint">
            {sshKey.fingerprint} · added <RelativeTime at={sshKey.createdAt} />
          </p>
        </div>
        <IconButton label={`Delete ${sshKey.name}`} icon={<Trash2 />} disabledReason={disabledReason} onClick={() => setDeleting(true)} />
      </div>
      <CodeBlock text={sshKey.publicKey} label={`Public key ${sshKey.name}`} className="mt-2" />
      <ConfirmDialog open={deleting} onOpenChange={setDeleting} title={`Delete ${sshKey.name}?`} confirmLabel="Delete key" onConfirm={remove}>
        <p>The private part is lost for good. Services that use this key cannot be built again until they are given another; what runs keeps running.</p>
      </ConfirmDialog>
    </li>
  )
}
