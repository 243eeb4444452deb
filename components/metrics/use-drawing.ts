'use client'

import { useCallback, useEffect, useMemo, useState } from 'react'

import { fetchQuery } from '@/components/client/query'
import type { MetricAnswer } from '@/lib/contract/metric'
import { metricQuery } from '@/lib/contract/doors'
import type { ChartName } from '@/lib/domain/chart'

import { chartSpec, leastStepS, type ChartSpec, type Subject } from './chart-spec'
import { useMetrics } from './metrics-context'
import { frameOf, rangeQuery } from './range'
import { drawingOf, type Drawing } from './series'

export type Drawn = {
  spec: ChartSpec
  /** Undefined while nothing has come yet, null where nothing was measured. */
  drawing: Drawing | null | undefined
  /** Why the newest look failed; what was known before stays. */
  error: unknown
  /** It shows another range than the one that is asked for. */
  isStale: boolean
  retry: () => void
}

type Read = { answers: readonly MetricAnswer[]; spec: ChartSpec; of: string }

/** What a chart shows, read again as time goes on. Nothing is asked for while `isWanted` is false. */
export function useDrawing(chart: ChartName, { serviceId, volumeId, metric }: Subject, isWanted: boolean): Drawn {
  const { environmentId, range, nowMs, names } = useMetrics()
  const spec = useMemo(() => chartSpec(chart, { serviceId, volumeId }), [chart, serviceId, volumeId])
  const [read, setRead] = useState<Read | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [attempt, setAttempt] = useState(0)
  const frame = nowMs === null || !isWanted ? null : frameOf(range, nowMs, leastStepS(spec))
  const [fromMs, untilMs, stepMs, turn] = [frame?.fromMs, frame?.untilMs, frame?.stepMs, frame?.turn]
  const of = `${chart} ${serviceId} ${volumeId} ${metric} ${rangeQuery(range)}`
  useEffect(() => {
    if (fromMs === undefined || untilMs === undefined || stepMs === undefined) return
    const end = new AbortController()
    const about = { ...(serviceId === null ? {} : { serviceId }), ...(volumeId === null ? {} : { volumeId }), ...(metric === undefined ? {} : { name: metric }) }
    const window = { from: new Date(fromMs).toISOString(), until: new Date(untilMs).toISOString(), stepSeconds: stepMs / 1000 }
    const ask = ({ measure, by }: ChartSpec['asks'][number]) => fetchQuery(metricQuery, { environmentId, measure, by, ...about, ...window }, end.signal)
    Promise.all(spec.asks.map(ask)).then(
      (answers) => {
        setRead({ answers, spec, of })
        setError(null)
      },
      (reason: unknown) => (end.signal.aborted ? undefined : setError(reason)),
    )
    return () => end.abort()
  }, [environmentId, spec, serviceId, volumeId, metric, fromMs, untilMs, stepMs, turn, of, attempt])
  const retry = useCallback(() => {
    setError(null)
    setAttempt((count) => count + 1)
  }, [])
  const drawing = useMemo(() => (read?.spec === spec ? drawingOf(spec, read.answers, names) : undefined), [read, spec, names])
  return { spec, drawing, error, isStale: read !== null && read.of !== of, retry }
}
