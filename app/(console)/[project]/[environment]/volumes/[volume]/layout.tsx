import type { ReactNode } from 'react'

import { VolumePanel } from '@/components/volume/volume-panel'

type Props = { params: Promise<{ volume: string }>; children: ReactNode }

/** The panel of one volume, over the canvas. */
export default async function VolumeLayout({ params, children }: Props) {
  const { volume } = await params
  return (
    <VolumePanel key={volume} volumeId={volume}>
      {children}
    </VolumePanel>
  )
}
