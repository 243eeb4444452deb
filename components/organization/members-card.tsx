'use client'

import { fetchQuery } from '@/components/client/query'
import { SectionCard } from '@/components/ui/card'
import { LoadMore } from '@/components/ui/load-more'
import { usePages, type Page } from '@/components/ui/use-pages'
import { memberList } from '@/lib/contract/doors'
import type { MemberView } from '@/lib/contract/organization'
import type { Role } from '@/lib/domain/permission'

import { MemberRow } from './member-row'

export type MembersCardProps = {
  organizationId: string
  first: Page<MemberView>
  viewer: { id: string; role: Role }
  disabledReason: string | null
}

/** The members with their roles. */
export function MembersCard({ organizationId, first, viewer, disabledReason }: MembersCardProps) {
  const pages = usePages(first, (cursor) => fetchQuery(memberList, { organizationId, cursor }))
  return (
    <SectionCard title="Members" description="Everyone who can see this organization, and what each may do.">
      <ul className="-my-4 divide-y divide-line">
        {pages.items.map((member) => (
          <MemberRow key={member.user.id} organizationId={organizationId} member={member} viewer={viewer} disabledReason={disabledReason} />
        ))}
      </ul>
      <LoadMore {...pages} />
    </SectionCard>
  )
}
