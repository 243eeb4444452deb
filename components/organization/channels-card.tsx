'use client'

import { Plus } from 'lucide-react'
import { useState } from 'react'

import { fetchQuery } from '@/components/client/query'
import { Button } from '@/components/ui/button'
import { SectionCard } from '@/components/ui/card'
import { LoadMore } from '@/components/ui/load-more'
import { usePages, type Page } from '@/components/ui/use-pages'
import { channelList } from '@/lib/contract/doors'
import type { ChannelView } from '@/lib/contract/channel'

import { ChannelDialog } from './channel-dialog'
import { ChannelRow } from './channel-row'

export type ChannelsCardProps = { organizationId: string; first: Page<ChannelView>; disabledReason: string | null }

/** Where people are told of alerts besides in the console. */
export function ChannelsCard({ organizationId, first, disabledReason }: ChannelsCardProps) {
  const [creating, setCreating] = useState(false)
  const pages = usePages(first, (cursor) => fetchQuery(channelList, { organizationId, cursor }))
  return (
    <SectionCard
      title="Notification channels"
      description="Every alert of the organization goes to each of them, unless its rule names channels. What fires shows in the console in any case."
      action={
        <Button variant="primary" icon={<Plus />} disabledReason={disabledReason} onClick={() => setCreating(true)}>
          New channel
        </Button>
      }
    >
      {pages.items.length === 0 ? <p className="text-muted">There are no channels. Alerts show in the console only. Add e-mail, a webhook, Slack or Discord.</p> : null}
      <ul aria-label="Notification channels" className="-my-4 divide-y divide-line empty:hidden">
        {pages.items.map((channel) => (
          <ChannelRow key={channel.id} organizationId={organizationId} channel={channel} disabledReason={disabledReason} />
        ))}
      </ul>
      <LoadMore {...pages} />
      {creating ? <ChannelDialog organizationId={organizationId} channel={null} onClose={() => setCreating(false)} /> : null}
    </SectionCard>
  )
}
