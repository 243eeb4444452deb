'use client'

import { useEffect, useState } from 'react'

import { useEnvironment } from '@/components/canvas/canvas-context'
import { fetchQuery } from '@/components/client/query'
import { metricNames } from '@/lib/contract/doors'
import type { OwnMetricView, ScrapeView } from '@/lib/contract/metric'

const AGAIN_MS = 60_000

/** `scrapes`: what became of asking replicas for them. */
export type OwnMetricsFound = { items: OwnMetricView[]; scrapes: ScrapeView[] }

/** What programs of the environment, or of one service, measure of themselves; null while it is not known. Looked at again each minute. */
export function useOwnMetrics(isWanted: boolean, serviceId: string | null): OwnMetricsFound | null {
  const { environmentId } = useEnvironment()
  const [found, setFound] = useState<OwnMetricsFound | null>(null)
  useEffect(() => {
    if (!isWanted) return
    const end = new AbortController()
    // Charts say what could not be read; a list that is a minute old is none the worse for it.
    const look = () => void fetchQuery(metricNames, { environmentId, ...(serviceId === null ? {} : { serviceId }) }, end.signal).then(setFound, () => undefined)
    look()
    const timer = setInterval(look, AGAIN_MS)
    return () => {
      clearInterval(timer)
      end.abort()
    }
  }, [environmentId, serviceId, isWanted])
  return found
}
