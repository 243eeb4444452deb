'use client'

import { useMissing } from '@/components/canvas/canvas-context'

import type { Missing } from './service-menu'

/** Why the person may not deploy, change or delete services here. */
export function useMissingActions(): Missing {
  return { deploy: useMissing('deployment.create'), write: useMissing('service.write'), delete: useMissing('service.delete') }
}
