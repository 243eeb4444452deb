'use client'

import { Plus } from 'lucide-react'
import { useState } from 'react'

import { fetchQuery } from '@/components/client/query'
import { Button } from '@/components/ui/button'
import { SectionCard } from '@/components/ui/card'
import { LoadMore } from '@/components/ui/load-more'
import { usePages, type Page } from '@/components/ui/use-pages'
import { sshKeyList } from '@/lib/contract/doors'
import type { SshKeyView } from '@/lib/contract/organization'

import { CreateSshKeyDialog } from './create-ssh-key-dialog'
import { SshKeyRow } from './ssh-key-row'

export type SshKeysCardProps = { organizationId: string; first: Page<SshKeyView>; disabledReason: string | null }

/** The SSH keys of an organization. */
export function SshKeysCard({ organizationId, first, disabledReason }: SshKeysCardProps) {
  const [creating, setCreating] = useState(false)
  const pages = usePages(first, (cursor) => fetchQuery(sshKeyList, { organizationId, cursor }))
  return (
    <SectionCard
      title="SSH keys"
      description="A key lets services be built from private repositories. Add its public part as a deploy key where the repository is hosted."
      action={
        <Button variant="primary" icon={<Plus />} disabledReason={disabledReason} onClick={() => setCreating(true)}>
          New key
        </Button>
      }
    >
      {pages.items.length === 0 ? <p className="text-muted">There are no keys. Public repositories need none.</p> : null}
      <ul className="-my-4 divide-y divide-line empty:hidden">
        {pages.items.map((key) => (
          <SshKeyRow key={key.id} organizationId={organizationId} sshKey={key} disabledReason={disabledReason} />
        ))}
      </ul>
      <LoadMore {...pages} />
      {creating ? <CreateSshKeyDialog organizationId={organizationId} onClose={() => setCreating(false)} /> : null}
    </SectionCard>
  )
}
