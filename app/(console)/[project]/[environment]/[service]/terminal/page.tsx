import type { Metadata } from 'next'

import { readForPage, requireViewer } from '@/app/read-page'
import { paths } from '@/components/paths'
import { TerminalView } from '@/components/terminal/terminal-view'
import { terminalPlaces } from '@/lib/contract/terminal'
import { isAppError } from '@/lib/errors'

type Props = { params: Promise<{ project: string; environment: string; service: string }> }

export const metadata: Metadata = { title: 'Terminal' }

/** A shell inside of what runs. */
export default async function TerminalPage({ params }: Props) {
  const { project, environment, service: serviceId } = await params
  await requireViewer(paths.service(project, environment, serviceId, 'terminal'))
  return (
    <div className="absolute inset-0 flex flex-col">
      <TerminalView serviceId={serviceId} initial={await placesOf(serviceId)} />
    </div>
  )
}

/** Null for someone who may not open terminals; the view says what it would take. */
async function placesOf(serviceId: string) {
  try {
    return await readForPage(terminalPlaces, { serviceId })
  } catch (error) {
    if (isAppError(error) && error.code === 'forbidden') return null
    throw error
  }
}
