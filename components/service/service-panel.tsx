'use client'

import { useRouter } from 'next/navigation'
import type { ReactNode } from 'react'

import { useEnvironment, useService } from '@/components/canvas/canvas-context'
import { AlsoOpen } from '@/components/presence/also-open'
import { paths, SERVICE_TABS, type ServiceTab } from '@/components/paths'
import { TabLinks } from '@/components/ui/tabs'

import { GoneService } from './gone-service'
import { PanelHeader } from './panel-header'
import { useEscape } from './use-escape'

const TITLE: Record<(typeof SERVICE_TABS)[number], string> = { overview: 'Overview', data: 'Data', snapshots: 'Snapshots', deployments: 'Deployments', runs: 'Runs', variables: 'Variables', domains: 'Domains', logs: 'Logs', metrics: 'Metrics', terminal: 'Terminal', settings: 'Settings' }

/** One service in detail, at the right of the canvas. Escape closes it. */
export function ServicePanel({ serviceId, children }: { serviceId: string; children: ReactNode }) {
  const service = useService(serviceId)
  const router = useRouter()
  const { project, environmentId } = useEnvironment()
  const close = () => router.push(paths.canvas(project.id, environmentId))
  useEscape(close)
  // Runs are of services with a schedule, the others are of databases.
  const isDatabase = service?.source.type === 'database'
  const isShown = { overview: isDatabase, data: isDatabase, snapshots: isDatabase, domains: !isDatabase, runs: !!service?.cron } as Partial<Record<ServiceTab, boolean>>
  const tabs = SERVICE_TABS.filter((tab) => isShown[tab] ?? true).map((tab) => ({ href: paths.service(project.id, environmentId, serviceId, tab), label: TITLE[tab] }))
  return (
    <aside
      data-panel
      aria-label={service ? `Service ${service.name}` : 'Service'}
      className="absolute inset-y-0 right-0 z-10 flex w-full animate-slide flex-col border-l border-line-strong bg-surface shadow-float [@media(min-width:900px)]:w-[700px]"
    >
      {service ? (
        <>
          <PanelHeader service={service} onClose={close} />
          <AlsoOpen nodeId={serviceId} />
          <TabLinks tabs={tabs} label="Service" className="shrink-0 px-5" />
          <div className="relative flex min-h-0 flex-1 flex-col overflow-y-auto px-5 py-4 *:shrink-0">{children}</div>
        </>
      ) : (
        <GoneService serviceId={serviceId} onClose={close} />
      )}
    </aside>
  )
}
