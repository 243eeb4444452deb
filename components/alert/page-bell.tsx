'use client'

import { useEffect, useState } from 'react'

import { fetchQuery } from '@/components/client/query'
import { alertList } from '@/lib/contract/doors'
import type { AlertView } from '@/lib/contract/alert'

import { Bell } from './bell'

const LOOK_MS = 30_000
const MOST = 100

/** What fires in an organization, looked at now and then while the page is on the screen. */
export function PageBell({ organizationId }: { organizationId: string }) {
  const [firing, setFiring] = useState<readonly AlertView[]>([])
  useEffect(() => {
    const end = new AbortController()
    // What could not be read now is read the next time.
    const look = () => (document.hidden ? undefined : void fetchQuery(alertList, { organizationId, state: 'firing', limit: MOST }, end.signal).then(({ items }) => setFiring(items), () => undefined))
    look()
    const timer = setInterval(look, LOOK_MS)
    document.addEventListener('visibilitychange', look)
    return () => {
      end.abort()
      clearInterval(timer)
      document.removeEventListener('visibilitychange', look)
    }
  }, [organizationId])
  return <Bell place={organizationId} firing={firing} organizationId={organizationId} />
}
