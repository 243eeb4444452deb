'use client'

import dynamic from 'next/dynamic'
import { useState, useSyncExternalStore } from 'react'

import { areNewsWaiting, watchNews } from './toast'

const ToasterView = dynamic(() => import('./toaster-view').then((module) => module.ToasterView), { ssr: false })

/** Where short news appears: `toast.success('…')` and `toast.error('…')` of ./toast. Once, at the root. */
export function Toaster() {
  const isWaiting = useSyncExternalStore(watchNews, areNewsWaiting, () => false)
  const [isThere, setThere] = useState(false)
  if (isWaiting && !isThere) setThere(true)
  return isThere ? <ToasterView /> : null
}
