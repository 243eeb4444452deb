import type { Metadata } from 'next'
import { redirect } from 'next/navigation'

import { readForPage, requireViewer } from '@/app/read-page'
import { DomainsView } from '@/components/domain/domains-view'
import { paths } from '@/components/paths'
import { domainList } from '@/lib/contract/domain'
import { serviceGet } from '@/lib/contract/service'

type Props = { params: Promise<{ project: string; environment: string; service: string }> }

export const metadata: Metadata = { title: 'Domains' }

/** Host names that somebody brought for a service. */
export default async function DomainsPage({ params }: Props) {
  const { project, environment, service: serviceId } = await params
  await requireViewer(paths.service(project, environment, serviceId, 'domains'))
  const service = await readForPage(serviceGet, { serviceId })
  if (service.source.type === 'database') redirect(paths.service(project, environment, serviceId))
  const initial = await readForPage(domainList, { environmentId: environment, serviceId, limit: 50 })
  return <DomainsView serviceId={serviceId} initial={initial} />
}
