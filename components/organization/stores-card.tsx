'use client'

import { Plus } from 'lucide-react'
import { useState } from 'react'

import { fetchQuery } from '@/components/client/query'
import { Button } from '@/components/ui/button'
import { SectionCard } from '@/components/ui/card'
import { LoadMore } from '@/components/ui/load-more'
import { usePages, type Page } from '@/components/ui/use-pages'
import { storeList } from '@/lib/contract/doors'
import type { StoreView } from '@/lib/contract/store'

import { StoreDialog } from './store-dialog'
import { StoreRow } from './store-row'

export type StoresCardProps = { organizationId: string; first: Page<StoreView>; disabledReason: string | null }

/** Where snapshots of an organization can be kept besides the disk. */
export function StoresCard({ organizationId, first, disabledReason }: StoresCardProps) {
  const [creating, setCreating] = useState(false)
  const pages = usePages(first, (cursor) => fetchQuery(storeList, { organizationId, cursor }))
  return (
    <SectionCard
      title="Snapshot stores"
      description="S3-compatible stores, so that snapshots outlive the machine that runs Easel."
      action={
        <Button variant="primary" icon={<Plus />} disabledReason={disabledReason} onClick={() => setCreating(true)}>
          New store
        </Button>
      }
    >
      {pages.items.length === 0 ? <p className="text-muted">There are no stores. Snapshots are kept on the disk of the machine that runs Easel, and are lost with it.</p> : null}
      <ul className="-my-4 divide-y divide-line empty:hidden">
        {pages.items.map((store) => (
          <StoreRow key={store.id} organizationId={organizationId} store={store} disabledReason={disabledReason} />
        ))}
      </ul>
      <LoadMore {...pages} />
      {creating ? <StoreDialog organizationId={organizationId} store={null} onClose={() => setCreating(false)} /> : null}
    </SectionCard>
  )
}
