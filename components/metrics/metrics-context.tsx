'use client'

import { usePathname, useSearchParams } from 'next/navigation'
import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react'

import { useCanvas, useEnvironment } from '@/components/canvas/canvas-context'
import { useVisible } from '@/components/ui/use-visible'
import type { DeploymentMoment } from '@/lib/contract/deployment'

import { createCross, type CrossStore } from './cross'
import { frameOf, rangeIn, rangeQuery, type Range } from './range'
import type { Names } from './series'
import { useMoments } from './use-moments'

/** What the charts of one page share. */
export type Metrics = {
  environmentId: string
  range: Range
  /** The page has another address with another range, so the browser goes back to the one before. */
  setRange: (range: Range) => void
  /** The moment that charts are drawn at; null until the page is on the screen. It stands still while nobody can see the page. */
  nowMs: number | null
  cross: CrossStore
  /** Deployments in the window, oldest first. */
  moments: readonly DeploymentMoment[]
  names: Names
}

/** What describes the keys of every chart of the page. */
export const KEYS_ID = 'keys-of-charts'

const Context = createContext<Metrics | null>(null)

/** Samples are taken this often. */
const LOOK_MS = 10_000

/** A page of charts. `serviceId`: whose deployments are shown; null for all of the environment. */
export function MetricsProvider({ serviceId, children }: { serviceId: string | null; children: ReactNode }) {
  const { environmentId } = useEnvironment()
  const search = useSearchParams()
  const pathname = usePathname()
  const asked = search.toString()
  const range = useMemo(() => rangeIn(new URLSearchParams(asked)), [asked])
  const setRange = useCallback((next: Range) => window.history.pushState(null, '', `${pathname}${rangeQuery(next, asked)}`), [pathname, asked])
  const [cross] = useState(createCross)
  const nowMs = useClock(range.kind === 'last')
  const names = useNames()
  const moments = useMoments({ environmentId, serviceId, frame: nowMs === null ? null : frameOf(range, nowMs) })
  const metrics = useMemo(() => ({ environmentId, range, setRange, nowMs, cross, moments, names }), [environmentId, range, setRange, nowMs, cross, moments, names])
  return (
    <Context value={metrics}>
      {children}
      <p id={KEYS_ID} hidden>
        Arrow keys choose a moment. With Shift they choose a time, and Enter shows it larger. Minus shows twice as much.
      </p>
    </Context>
  )
}

export function useMetrics(): Metrics {
  const metrics = use(Context)
  if (!metrics) throw new Error('This needs a MetricsProvider above it.')
  return metrics
}

/** Goes on every ten seconds while the page can be seen, and at once when it is seen again. */
function useClock(isRunning: boolean): number | null {
  const isVisible = useVisible()
  const [nowMs, setNowMs] = useState<number | null>(null)
  useEffect(() => {
    if (!isVisible) return
    const look = () => setNowMs(Date.now())
    const first = setTimeout(look, 0)
    const timer = isRunning ? setInterval(look, LOOK_MS) : undefined
    return () => {
      clearTimeout(first)
      clearInterval(timer)
    }
  }, [isVisible, isRunning])
  return nowMs
}

/** Services and volumes as they are called now. */
function useNames(): Names {
  const services = useCanvas((state) => state.services)
  const volumes = useCanvas((state) => state.volumes)
  return useMemo(() => Object.fromEntries([...Object.values(services), ...Object.values(volumes)].map(({ id, name }) => [id, name])), [services, volumes])
}
