import type { Metadata } from 'next'

import { readForPage, requireViewer } from '@/app/read-page'
import { paths } from '@/components/paths'
import { SharedPanel } from '@/components/variables/shared-panel'
import { sharedVariableList } from '@/lib/contract/variable'

type Props = { params: Promise<{ project: string; environment: string }> }

export const metadata: Metadata = { title: 'Shared variables' }

/** What the services of an environment share. */
export default async function SharedVariablesPage({ params }: Props) {
  const { project, environment: environmentId } = await params
  await requireViewer(paths.sharedVariables(project, environmentId))
  return <SharedPanel initial={await readForPage(sharedVariableList, { environmentId })} />
}
