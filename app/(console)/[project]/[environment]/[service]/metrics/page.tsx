import type { Metadata } from 'next'

import { requireViewer } from '@/app/read-page'
import { ServiceMetrics } from '@/components/metrics/service-metrics'
import { paths } from '@/components/paths'

type Props = { params: Promise<{ project: string; environment: string; service: string }> }

export const metadata: Metadata = { title: 'Metrics' }

/** What a service does and what it takes. */
export default async function ServiceMetricsPage({ params }: Props) {
  const { project, environment, service: serviceId } = await params
  await requireViewer(paths.service(project, environment, serviceId, 'metrics'))
  return <ServiceMetrics serviceId={serviceId} />
}
