import { redirect } from 'next/navigation'

import { paths } from '@/components/paths'

type Props = { params: Promise<{ project: string; environment: string; volume: string }> }

/** A volume without a tab shows what it is. */
export default async function VolumePage({ params }: Props) {
  const { project, environment, volume } = await params
  redirect(paths.volume(project, environment, volume))
}
