import type { Metadata } from 'next'

import { readForPage, requireViewer } from '@/app/read-page'
import { paths } from '@/components/paths'
import { RunsView } from '@/components/run/runs-view'
import { runList } from '@/lib/contract/run'

type Props = { params: Promise<{ project: string; environment: string; service: string }> }

export const metadata: Metadata = { title: 'Runs' }

/** What came of every time a service ran by its schedule. */
export default async function RunsPage({ params }: Props) {
  const { project, environment, service: serviceId } = await params
  await requireViewer(paths.service(project, environment, serviceId, 'runs'))
  return <RunsView serviceId={serviceId} initialPage={await readForPage(runList, { serviceId, limit: 30 })} />
}
