import type { Metadata } from 'next'
import { notFound } from 'next/navigation'

import { readForPage, requireViewer } from '@/app/read-page'
import { paths } from '@/components/paths'
import { RunDetail } from '@/components/run/run-detail'
import { runGet } from '@/lib/contract/run'

type Props = { params: Promise<{ project: string; environment: string; service: string; run: string }> }

export const metadata: Metadata = { title: 'Run' }

/** One run and what it printed. */
export default async function RunPage({ params }: Props) {
  const { project, environment, service, run: runId } = await params
  await requireViewer(paths.run(project, environment, service, runId))
  const run = await readForPage(runGet, { runId })
  if (run.serviceId !== service) notFound()
  return <RunDetail key={run.id} initial={run} />
}
