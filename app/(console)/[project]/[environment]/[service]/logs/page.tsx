import type { Metadata } from 'next'

import { requireViewer } from '@/app/read-page'
import { LogView } from '@/components/logs/log-view'
import { paths } from '@/components/paths'

type Props = { params: Promise<{ project: string; environment: string; service: string }> }

export const metadata: Metadata = { title: 'Logs' }

/** What a service says, as it says it. */
export default async function LogsPage({ params }: Props) {
  const { project, environment, service: serviceId } = await params
  await requireViewer(paths.service(project, environment, serviceId, 'logs'))
  return <LogView scope={{ serviceId }} className="-mx-5 -my-4 h-[calc(100%+2rem)]" />
}
