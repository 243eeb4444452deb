'use client'

import { useParams } from 'next/navigation'
import { useEffect } from 'react'

import { useLive } from '@/components/presence/live-context'
import { forgetEverybody, receivePresence } from '@/components/presence/presence-store'
import { tellNews } from '@/components/presence/tell-news'
import type { AlertView } from '@/lib/contract/alert'
import type { GraphView } from '@/lib/contract/graph'
import type { HelloFrame, NewsFrame, PresenceFrame } from '@/lib/contract/live'
import type { EnvironmentTraffic } from '@/lib/contract/traffic'
import type { ServiceUse } from '@/lib/contract/use'

import { useCanvasStore } from './canvas-context'
import { receiveChange, receiveGraph, type GraphChange } from './store'
import { NO_TRAFFIC } from './traffic'

/** Keeps everything on the screen true for as long as the canvas is there, and tells others where one is. */
export function useLiveCanvas(): void {
  const store = useCanvasStore()
  const { live, presence, reporter } = useLive()
  useEffect(() => {
    const news = tellNews(presence)
    const take: Record<string, (data: unknown) => void> = {
      hello: (data) => {
        const { userId } = data as HelloFrame
        const known = presence.getState().userId
        // What is on this page is the former person's: what they typed is not saved in another name.
        if (known !== null && known !== userId) return (close(), store.setState({ refused: 'another_person' }))
        presence.setState({ userId })
        reporter.again()
      },
      graph: (data) => receiveGraph(store, data as GraphView),
      change: (data) => receiveChange(store, data as GraphChange),
      uses: (data) => store.setState({ uses: Object.fromEntries((data as { services: ServiceUse[] }).services.map((use) => [use.serviceId, use])) }),
      // Told every few seconds: what could not be loaded is tried again by the next time.
      traffic: (data) => void import('./draw-traffic').then(({ receiveTraffic }) => receiveTraffic(store, data as EnvironmentTraffic), () => {}),
      alerts: (data) => store.setState({ alerts: (data as { alerts: AlertView[] }).alerts }),
      presence: (data) => receivePresence(presence, data as PresenceFrame),
      news: (data) => news.take(data as NewsFrame),
    }
    const close = live.open({
      onFrame: (type, data) => take[type]?.(data),
      onState: (connection) => {
        store.setState({ connection, ...(connection === 'offline' ? { uses: {}, traffic: NO_TRAFFIC } : connection === 'live' ? { refused: null } : {}) })
        if (connection === 'offline') forgetEverybody(presence)
      },
      onRefused: (status) => store.setState({ refused: status }),
    })
    const unsubscribe = presence.subscribe(({ tabs }) => reporter.setOthers(Object.keys(tabs).length))
    return () => {
      close()
      unsubscribe()
      reporter.stop()
      news.stop()
    }
  }, [store, live, presence, reporter])
  useSayAttention()
}

/** A selection as others are told it. */
const MOST_SELECTED = 20

function useSayAttention(): void {
  const store = useCanvasStore()
  const { reporter } = useLive()
  const { service, volume } = useParams<{ service?: string; volume?: string }>()
  const open = service ?? volume ?? null
  useEffect(() => reporter.set({ open }), [reporter, open])
  useEffect(() => {
    let before = store.getState().flow
    return store.subscribe(({ flow }) => {
      if (flow === before) return
      before = flow
      reporter.set({ selected: flow.flatMap(({ id, selected }) => (selected ? [id] : [])).slice(0, MOST_SELECTED) })
    })
  }, [store, reporter])
}
