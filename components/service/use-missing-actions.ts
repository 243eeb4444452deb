'use client'

import { useMissing } from '@/components/canvas/canvas-context'

/** Why the person may not, per kind of action; null when they may. */
export type Missing = { deploy: string | null; write: string | null; delete: string | null }

/** Why the person may not deploy, change or delete services here. */
export function useMissingActions(): Missing {
  return { deploy: useMissing('deployment.create'), write: useMissing('service.write'), delete: useMissing('service.delete') }
}
