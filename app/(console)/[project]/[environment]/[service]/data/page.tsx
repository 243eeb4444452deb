import type { Metadata } from 'next'
import { redirect } from 'next/navigation'

import { readForPage, requireViewer } from '@/app/read-page'
import { DataView } from '@/components/data/data-view'
import { paths } from '@/components/paths'
import { serviceGet } from '@/lib/contract/service'

type Props = { params: Promise<{ project: string; environment: string; service: string }> }

export const metadata: Metadata = { title: 'Data' }

/** What is in a database. It is asked for by the browser: a database that does not answer keeps no page from being shown. */
export default async function DataPage({ params }: Props) {
  const { project, environment, service: serviceId } = await params
  await requireViewer(paths.service(project, environment, serviceId, 'data'))
  const service = await readForPage(serviceGet, { serviceId })
  if (service.source.type !== 'database') redirect(paths.service(project, environment, serviceId))
  return (
    <div className="absolute inset-0 flex flex-col">
      <DataView serviceId={serviceId} engine={service.source.engine} />
    </div>
  )
}
