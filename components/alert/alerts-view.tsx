'use client'

import { Bell } from 'lucide-react'

import { fetchQuery } from '@/components/client/query'
import { paths } from '@/components/paths'
import { ButtonLink } from '@/components/ui/button-link'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { LoadMore } from '@/components/ui/load-more'
import { PageHeader } from '@/components/ui/page-header'
import { usePages, type Page } from '@/components/ui/use-pages'
import { alertList } from '@/lib/contract/doors'
import type { AlertView } from '@/lib/contract/alert'

import { AlertRow } from './alert-row'

export type AlertsViewProps = { organizationId: string; firing: Page<AlertView>; resolved: Page<AlertView> }

/** Everything that fires, and everything that has. */
export function AlertsView({ organizationId, firing, resolved }: AlertsViewProps) {
  const open = usePages(firing, (cursor) => fetchQuery(alertList, { organizationId, state: 'firing', cursor }))
  const over = usePages(resolved, (cursor) => fetchQuery(alertList, { organizationId, state: 'resolved', cursor }))
  return (
    <>
      <PageHeader title="Alerts" description="What is watched is set for each environment, in the settings of its project." actions={<ButtonLink href={paths.settings('notifications')}>Notifications</ButtonLink>} />
      <Card>
        <h2 className="px-4 pt-3.5 pb-2 text-title font-medium">Firing</h2>
        {open.items.length === 0 ? <p className="px-4 pb-4 text-muted">Nothing fires.</p> : <List alerts={open.items} label="Alerts that fire" />}
      </Card>
      <LoadMore {...open} />
      <Card className="mt-5">
        <h2 className="px-4 pt-3.5 pb-2 text-title font-medium">Resolved</h2>
        {over.items.length === 0 ? (
          <EmptyState icon={<Bell />} title="Nothing has fired yet">
            What fired and was resolved stays here for 90 days.
          </EmptyState>
        ) : (
          <List alerts={over.items} label="Alerts that are resolved" />
        )}
      </Card>
      <LoadMore {...over} />
    </>
  )
}

function List({ alerts, label }: { alerts: readonly AlertView[]; label: string }) {
  return (
    <ul aria-label={label} className="divide-y divide-line border-t border-line">
      {alerts.map((alert) => (
        <AlertRow key={alert.id} alert={alert} />
      ))}
    </ul>
  )
}
