import type { ReactNode } from 'react'

import { Kbd } from '@/components/ui/kbd'
import { ProblemMessage } from '@/components/ui/problem-message'
import { Mark } from '@/components/ui/state-mark'
import type { TerminalPlace } from '@/lib/contract/terminal'
import type { StateShape, StateTone } from '@/lib/domain/service-state'

import { placeWords } from './place-choice'
import type { SessionState } from './terminal-session'

const WORDS: Record<SessionState['kind'], { word: string; tone: StateTone; shape: StateShape }> = {
  connecting: { word: 'Connecting', tone: 'progress', shape: 'ring' },
  connected: { word: 'Connected', tone: 'good', shape: 'dot' },
  exited: { word: 'Ended', tone: 'quiet', shape: 'square' },
  ended: { word: 'Closed', tone: 'quiet', shape: 'square' },
  lost: { word: 'Connection lost', tone: 'warning', shape: 'half' },
  failed: { word: 'Not opened', tone: 'bad', shape: 'cross' },
}

/** How it stands, and what can be done. */
export function TerminalBar({ state, place, children }: { state: SessionState; place: TerminalPlace | null; children: ReactNode }) {
  return (
    <div className="flex min-h-11 shrink-0 items-center gap-3 border-b border-line px-5 py-1.5">
      <span role="status" className="flex">
        <Mark {...WORDS[state.kind]} className="text-meta" />
      </span>
      {place ? <span className="truncate text-meta text-faint">{placeWords(place)}</span> : null}
      <div className="ml-auto flex shrink-0 items-center gap-2">
        {state.kind === 'connected' ? (
          <span className="flex items-center gap-1 text-meta text-faint max-sm:hidden">
            Leave with <Kbd>Shift</Kbd> <Kbd>F6</Kbd>
          </span>
        ) : null}
        {children}
      </div>
    </div>
  )
}

/** What is to be said when it has ended. */
export function TerminalNote({ state }: { state: SessionState }) {
  if (state.kind === 'failed') return <ProblemMessage error={state.error} className="mx-5 my-3" />
  const words = wordsOf(state)
  return words === null ? null : <p className="shrink-0 border-b border-line px-5 py-2 text-muted">{words}</p>
}

function wordsOf(state: SessionState): string | null {
  switch (state.kind) {
    case 'exited':
      return state.code === null ? 'The program has ended; its code is not known.' : `The program ended with code ${state.code}.`
    case 'ended':
      return state.message
    case 'lost':
      return 'The connection broke off, and with it what ran in the terminal. Open it again to go on.'
    case 'connecting':
    case 'connected':
    case 'failed':
      return null
  }
}
