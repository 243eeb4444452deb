import type { Metadata } from 'next'

import { readForPage, requireViewer } from '@/app/read-page'
import { VariablesView } from '@/components/variables/variables-view'
import { paths } from '@/components/paths'
import { variableList } from '@/lib/contract/service'

type Props = { params: Promise<{ project: string; environment: string; service: string }> }

export const metadata: Metadata = { title: 'Variables' }

/** What a service is told when it starts. */
export default async function VariablesPage({ params }: Props) {
  const { project, environment, service: serviceId } = await params
  await requireViewer(paths.service(project, environment, serviceId, 'variables'))
  return <VariablesView serviceId={serviceId} initial={await readForPage(variableList, { serviceId })} />
}
