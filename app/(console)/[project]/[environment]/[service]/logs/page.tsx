import type { Metadata } from 'next'

import { requireViewer } from '@/app/read-page'
import { LogExplorerLater } from '@/components/logs/explorer/log-explorer-later'
import { paths } from '@/components/paths'

type Props = { params: Promise<{ project: string; environment: string; service: string }> }

export const metadata: Metadata = { title: 'Logs' }

/** What a service says, as it says it. */
export default async function LogsPage({ params }: Props) {
  const { project, environment, service: serviceId } = await params
  await requireViewer(paths.service(project, environment, serviceId, 'logs'))
  return (
    <div className="absolute inset-0 flex flex-col">
      <LogExplorerLater serviceId={serviceId} className="flex-1" />
    </div>
  )
}
