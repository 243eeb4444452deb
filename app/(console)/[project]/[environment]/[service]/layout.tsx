import type { ReactNode } from 'react'

import { ServicePanel } from '@/components/service/service-panel'

type Props = { params: Promise<{ service: string }>; children: ReactNode }

/** The panel of one service, over the canvas. */
export default async function ServiceLayout({ params, children }: Props) {
  const { service } = await params
  return (
    <ServicePanel key={service} serviceId={service}>
      {children}
    </ServicePanel>
  )
}
