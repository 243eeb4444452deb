import type { Metadata } from 'next'

import { readForPage } from '@/app/read-page'
import { requireMembership } from '@/app/require-membership'
import { AlertsView } from '@/components/alert/alerts-view'
import { paths } from '@/components/paths'
import { RefreshOnReturn } from '@/components/ui/refresh-on-return'
import { alertList } from '@/lib/contract/alert'

export const metadata: Metadata = { title: 'Alerts' }

/** Every alert of the organization. */
export default async function AlertsPage() {
  const { organization } = await requireMembership(paths.alerts())
  const organizationId = organization.id
  const [firing, resolved] = await Promise.all([readForPage(alertList, { organizationId, state: 'firing' }), readForPage(alertList, { organizationId, state: 'resolved' })])
  return (
    <>
      <RefreshOnReturn />
      <AlertsView organizationId={organizationId} firing={firing} resolved={resolved} />
    </>
  )
}
