'use client'

import { useEffect, useState } from 'react'

import { fetchQuery } from '@/components/client/query'
import { logFacets, logHistogram } from '@/lib/contract/doors'
import type { LogFacet, LogHistogram } from '@/lib/contract/log'

import { boundsOf } from './question'
import type { Ask } from './use-lines'

export type Overview = { key: string; histogram: LogHistogram | null; facets: readonly LogFacet[] | null; error: unknown }

/** A live view counts again this often. */
const EVERY_MS = 10_000
const BUCKETS = 90

const nothing = (key: string): Overview => ({ key, histogram: null, facets: null, error: null })

/** How many lines there are over time, and what they have in common. While it is counted anew, what was counted stays. */
export function useOverview(ask: Ask, isStill: boolean): Overview {
  const { environmentId, serviceId, filter, window, askedAt } = ask
  // What a line is shown beside does not change with the line.
  const key = JSON.stringify({ environmentId, serviceId, filter, window, askedAt })
  const [overview, setOverview] = useState(() => nothing(key))
  if (overview.key !== key) setOverview({ ...overview, key, error: null })
  const isLive = window.kind === 'live' && !isStill
  useEffect(() => {
    const end = new AbortController()
    const look = async () => {
      const asked = JSON.parse(key) as Omit<Ask, 'line'>
      const { fromMs, untilMs } = boundsOf(asked.window, asked.window.kind === 'live' ? Date.now() : asked.askedAt)
      const input = { environmentId: asked.environmentId, from: new Date(fromMs).toISOString(), until: new Date(untilMs).toISOString(), ...(asked.filter === '' ? {} : { filter: asked.filter }), ...(asked.serviceId === null ? {} : { serviceId: asked.serviceId }) }
      const tell = (change: Partial<Overview>) => setOverview((before) => (before.key === key && !end.signal.aborted ? { ...before, ...change } : before))
      const failed = (error: unknown) => tell({ error })
      await Promise.all([
        fetchQuery(logHistogram, { ...input, buckets: BUCKETS }, end.signal).then((histogram) => tell({ histogram, error: null }), failed),
        fetchQuery(logFacets, input, end.signal).then(({ facets }) => tell({ facets }), failed),
      ])
    }
    void look()
    const timer = isLive ? setInterval(() => (document.hidden ? undefined : void look()), EVERY_MS) : undefined
    return () => {
      end.abort()
      clearInterval(timer)
    }
  }, [key, isLive])
  return overview
}
