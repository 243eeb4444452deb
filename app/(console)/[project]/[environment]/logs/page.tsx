import type { Metadata } from 'next'

import { requireViewer } from '@/app/read-page'
import { LogsPanel } from '@/components/logs/explorer/logs-panel'
import { paths } from '@/components/paths'

type Props = { params: Promise<{ project: string; environment: string }> }

export const metadata: Metadata = { title: 'Logs' }

/** The log explorer of an environment. */
export default async function EnvironmentLogsPage({ params }: Props) {
  const { project, environment } = await params
  await requireViewer(paths.logs(project, environment))
  return <LogsPanel />
}
