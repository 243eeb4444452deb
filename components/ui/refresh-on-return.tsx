'use client'

import { useRouter } from 'next/navigation'
import { useEffect } from 'react'

/** Reads the page again when the person comes back to it after having been elsewhere. */
export function RefreshOnReturn() {
  const router = useRouter()
  useEffect(() => {
    const look = () => {
      if (document.visibilityState === 'visible') router.refresh()
    }
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [router])
  return null
}
