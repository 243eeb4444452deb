'use client'

import { useEffect } from 'react'

import { fetchQuery } from '@/components/client/query'
import { environmentUse } from '@/lib/contract/doors'

import { useCanvasStore } from './canvas-context'

/** The worker measures this often. */
const LOOK_MS = 10_000

/** Reads now and then what the services use, for as long as the canvas is looked at. */
export function useUses(environmentId: string): void {
  const store = useCanvasStore()
  useEffect(() => {
    const end = new AbortController()
    const look = async () => {
      if (document.hidden) return
      try {
        const { services } = await fetchQuery(environmentUse, { environmentId }, end.signal)
        store.setState({ uses: Object.fromEntries(services.map((use) => [use.serviceId, use])) })
      } catch {
        // What is not known is not shown; that the platform does not answer is said elsewhere.
        if (!end.signal.aborted) store.setState({ uses: {} })
      }
    }
    void look()
    const timer = setInterval(() => void look(), LOOK_MS)
    const onShown = () => void look()
    document.addEventListener('visibilitychange', onShown)
    return () => {
      end.abort()
      clearInterval(timer)
      document.removeEventListener('visibilitychange', onShown)
    }
  }, [store, environmentId])
}
