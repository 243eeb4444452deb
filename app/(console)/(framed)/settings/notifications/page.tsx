import type { Metadata } from 'next'

import { readForPage } from '@/app/read-page'
import { requireMembership } from '@/app/require-membership'
import { missingPermission } from '@/components/organization/missing-permission'
import { ChannelsCard } from '@/components/organization/channels-card'
import { paths } from '@/components/paths'
import { channelList } from '@/lib/contract/channel'

export const metadata: Metadata = { title: 'Notifications' }

/** Where people are told of alerts. */
export default async function NotificationsPage() {
  const { organization, role } = await requireMembership(paths.settings('notifications'))
  const channels = await readForPage(channelList, { organizationId: organization.id })
  return <ChannelsCard organizationId={organization.id} first={channels} disabledReason={missingPermission(role, 'key.manage')} />
}
