'use client'

import { useState } from 'react'
import type { z } from 'zod'

import { useLiveQuery, type LiveQuery } from '@/components/service/use-live-query'
import { rotationList } from '@/lib/contract/doors'
import { isOpen } from '@/lib/domain/rotation'

export type RotationsView = z.output<NonNullable<typeof rotationList.output>>

/** While one is open, it is followed closely; otherwise somebody else may begin one. */
const OPEN_MS = 1_500
const IDLE_MS = 15_000

/** The last rotation of a database, and what another one would do. */
export function useRotations(serviceId: string, initial: RotationsView, version: string): LiveQuery<RotationsView> {
  const [everyMs, setEveryMs] = useState(IDLE_MS)
  const found = useLiveQuery(rotationList, { serviceId, limit: 1 }, { initial, version, everyMs })
  const wanted = found.data.items[0] && isOpen(found.data.items[0]) ? OPEN_MS : IDLE_MS
  if (wanted !== everyMs) setEveryMs(wanted)
  return found
}
