import type { Metadata } from 'next'

import { readForPage, requireViewer } from '@/app/read-page'
import { DashboardView } from '@/components/metrics/dashboard-view'
import { paths } from '@/components/paths'
import { dashboardGet } from '@/lib/contract/dashboard'

type Props = { params: Promise<{ project: string; environment: string }> }

export const metadata: Metadata = { title: 'Metrics' }

/** Charts of an environment. */
export default async function MetricsPage({ params }: Props) {
  const { project, environment: environmentId } = await params
  await requireViewer(paths.metrics(project, environmentId))
  return <DashboardView initial={await readForPage(dashboardGet, { environmentId })} />
}
