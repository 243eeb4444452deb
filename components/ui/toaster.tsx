'use client'

import { useState, useSyncExternalStore } from 'react'

import { useLater } from '@/components/client/use-later'

import { areNewsWaiting, watchNews } from './toast'

const load = () => import('./toaster-view').then((module) => module.ToasterView)

/** Where short news appears: `toast.success('…')` and `toast.error('…')` of ./toast. Once, at the root. */
export function Toaster() {
  const isWaiting = useSyncExternalStore(watchNews, areNewsWaiting, () => false)
  const [isWanted, setWanted] = useState(false)
  if (isWaiting && !isWanted) setWanted(true)
  return useLater(load, isWanted)
}
