'use client'

import clsx from 'clsx'
import type { ReactNode } from 'react'

import { paths } from '@/components/paths'

import { useCanvas } from './canvas-context'
import { usePanelOpen } from './use-panel-open'

const WORDS = {
  live: { word: 'Live', explanation: 'Changes appear by themselves.', colour: 'text-good' },
  connecting: { word: 'Connecting', explanation: 'Waiting for the platform to answer.', colour: 'text-faint' },
  offline: { word: 'Offline', explanation: 'The platform does not answer. What you see may be old.', colour: 'text-warning' },
} as const

/** Whether what is on the screen is the present. */
export function ConnectionState() {
  const connection = useCanvas((state) => state.connection)
  const { word, explanation, colour } = WORDS[connection]
  return (
    <span role="status" title={explanation} className={clsx('flex items-center gap-1.5 rounded-full px-1.5 text-meta text-faint', colour)}>
      <svg width="8" height="8" viewBox="0 0 8 8" aria-hidden="true">
        {connection === 'live' ? <circle cx="4" cy="4" r="3" fill="currentColor" /> : <circle cx="4" cy="4" r="3" fill="none" stroke="currentColor" strokeWidth="1.5" strokeDasharray={connection === 'connecting' ? '2 2' : undefined} />}
      </svg>
      <span className="sr-only md:not-sr-only">{word}</span>
    </span>
  )
}

/** Says so when the screen may show the past. */
export function OfflineBanner() {
  const connection = useCanvas((state) => state.connection)
  const refused = useCanvas((state) => state.refused)
  if (refused === 401) {
    return (
      <Banner>
        You are signed out.{' '}
        <a href={paths.signIn()} target="_blank" className="pointer-events-auto underline">
          Sign in in a new tab
        </a>
        ; what you typed here stays.
      </Banner>
    )
  }
  if (refused !== null) return <Banner>{refused === 'another_person' ? 'Somebody else has signed in in this browser. Reload the page.' : 'This environment is gone, or you have no access to it any more. Reload the page.'}</Banner>
  if (connection !== 'offline') return null
  return <Banner>Reconnecting… What you see may be old.</Banner>
}

const BESIDE_PANEL = 'bottom-32 left-1/2 max-w-[calc(100%-2rem)] min-[1280px]:top-3 min-[1280px]:bottom-auto min-[1280px]:left-[calc((100%-700px)/2)] min-[1280px]:max-w-[calc(100%-700px-14rem)]'

/** At the top of what is seen of the canvas; where something covers it, over that and clear of the bar in which edits are saved. */
function Banner({ children }: { children: ReactNode }) {
  const place = usePanelOpen() ? BESIDE_PANEL : 'top-3 left-1/2 max-w-[calc(100%-9rem)]'
  return (
    <p role="alert" className={clsx('pointer-events-none absolute z-20 w-max -translate-x-1/2 rounded-card border border-warning/40 bg-overlay px-3 py-1.5 text-warning shadow-float', place)}>
      {children}
    </p>
  )
}
