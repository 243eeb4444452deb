'use client'

import { Plus } from 'lucide-react'
import { useState } from 'react'

import { fetchQuery } from '@/components/client/query'
import { Button } from '@/components/ui/button'
import { SectionCard } from '@/components/ui/card'
import { LoadMore } from '@/components/ui/load-more'
import { usePages, type Page } from '@/components/ui/use-pages'
import { registryList } from '@/lib/contract/doors'
import type { RegistryView } from '@/lib/contract/registry'

import { RegistryDialog } from './registry-dialog'
import { RegistryRow } from './registry-row'

export type RegistriesCardProps = { organizationId: string; first: Page<RegistryView>; disabledReason: string | null }

/** The image registries of an organization. */
export function RegistriesCard({ organizationId, first, disabledReason }: RegistriesCardProps) {
  const [creating, setCreating] = useState(false)
  const pages = usePages(first, (cursor) => fetchQuery(registryList, { organizationId, cursor }))
  return (
    <SectionCard
      title="Registries"
      description="Credentials for private images, and a place outside of the machine where built images are kept."
      action={
        <Button variant="primary" icon={<Plus />} disabledReason={disabledReason} onClick={() => setCreating(true)}>
          New registry
        </Button>
      }
    >
      {pages.items.length === 0 ? <p className="text-muted">There are no registries. Public images need none.</p> : null}
      <ul className="-my-4 divide-y divide-line empty:hidden">
        {pages.items.map((registry) => (
          <RegistryRow key={registry.id} organizationId={organizationId} registry={registry} disabledReason={disabledReason} />
        ))}
      </ul>
      <LoadMore {...pages} />
      {creating ? <RegistryDialog organizationId={organizationId} registry={null} onClose={() => setCreating(false)} /> : null}
    </SectionCard>
  )
}
