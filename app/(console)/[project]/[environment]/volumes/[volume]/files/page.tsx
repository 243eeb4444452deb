import type { Metadata } from 'next'

import { requireViewer } from '@/app/read-page'
import { paths } from '@/components/paths'
import { FilesView } from '@/components/volume/files-view'

type Props = { params: Promise<{ project: string; environment: string; volume: string }> }

export const metadata: Metadata = { title: 'Files' }

/** The files of a volume. */
export default async function VolumeFilesPage({ params }: Props) {
  const { project, environment, volume } = await params
  await requireViewer(paths.volume(project, environment, volume, 'files'))
  return <FilesView volumeId={volume} />
}
