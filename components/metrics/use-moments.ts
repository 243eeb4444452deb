'use client'

import { useEffect, useState } from 'react'

import { fetchQuery } from '@/components/client/query'
import type { DeploymentMoment } from '@/lib/contract/deployment'
import { deploymentBetween } from '@/lib/contract/doors'

import type { Frame } from './range'

const NONE: readonly DeploymentMoment[] = []

/** The deployments within what is shown. Charts are worth looking at without them: while they cannot be read, those from before stay. */
export function useMoments({ environmentId, serviceId, frame }: { environmentId: string; serviceId: string | null; frame: Frame | null }): readonly DeploymentMoment[] {
  const [moments, setMoments] = useState(NONE)
  const [fromMs, untilMs, turn] = [frame?.fromMs, frame?.untilMs, frame?.turn]
  useEffect(() => {
    if (fromMs === undefined || untilMs === undefined) return
    const end = new AbortController()
    const window = { from: new Date(fromMs).toISOString(), until: new Date(untilMs).toISOString() }
    fetchQuery(deploymentBetween, { environmentId, ...(serviceId === null ? {} : { serviceId }), ...window }, end.signal).then(
      ({ items }) => setMoments((before) => (JSON.stringify(before) === JSON.stringify(items) ? before : items)),
      () => undefined,
    )
    return () => end.abort()
  }, [environmentId, serviceId, fromMs, untilMs, turn])
  return moments
}
