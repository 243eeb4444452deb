import { redirect } from 'next/navigation'

import { paths } from '@/components/paths'

type Props = { params: Promise<{ project: string; environment: string; service: string }> }

/** A service without a tab shows its deployments. */
export default async function ServicePage({ params }: Props) {
  const { project, environment, service } = await params
  redirect(paths.service(project, environment, service))
}
