'use client'

import clsx from 'clsx'

import { useCanvas } from './canvas-context'

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
  if (refused !== null) return <Banner>{refused === 401 ? 'You are signed out. Reload the page to sign in again.' : 'This environment is gone, or you have no access to it any more. Reload the page.'}</Banner>
  if (connection !== 'offline') return null
  return <Banner>Reconnecting… What you see may be old.</Banner>
}

function Banner({ children }: { children: string }) {
  return (
    <p role="alert" className="pointer-events-none absolute top-3 left-1/2 z-10 w-max max-w-[calc(100%-9rem)] -translate-x-1/2 rounded-card border border-warning/40 bg-overlay px-3 py-1.5 text-warning shadow-float">
      {children}
    </p>
  )
}
