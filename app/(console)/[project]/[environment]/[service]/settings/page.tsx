import type { Metadata } from 'next'

import { readForPage, requireViewer } from '@/app/read-page'
import { SettingsView } from '@/components/service/settings-view'
import { paths } from '@/components/paths'
import { serviceGet } from '@/lib/contract/service'

type Props = { params: Promise<{ project: string; environment: string; service: string }> }

export const metadata: Metadata = { title: 'Service settings' }

/** Where the code comes from, how it is built, when it counts as healthy. */
export default async function SettingsPage({ params }: Props) {
  const { project, environment, service: serviceId } = await params
  await requireViewer(paths.service(project, environment, serviceId, 'settings'))
  return <SettingsView initial={await readForPage(serviceGet, { serviceId })} />
}
