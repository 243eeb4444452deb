'use client'

import { useEffect, useRef } from 'react'

import { Button } from '@/components/ui/button'
import { ProblemMessage } from '@/components/ui/problem-message'

export type SaveBarProps = {
  words: string
  pending: boolean
  blocked: boolean
  onDiscard: () => void
  onSave: () => void
  /** Why it was not saved; the form may be longer than the screen, so it stands where the button is. */
  error: unknown
  /** Names of fields whose message stands beside a control: the first of them is brought into view. */
  shownFields?: readonly string[]
}

/** At the bottom of a tab while there are unsaved edits. */
export function SaveBar({ words, pending, blocked, onDiscard, onSave, error, shownFields }: SaveBarProps) {
  const bar = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (error !== null) bar.current?.parentElement?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }, [error])
  return (
    <div ref={bar} className="sticky -bottom-4 z-10 -mx-5 mt-auto -mb-4 animate-appear space-y-2 border-t border-line-strong bg-overlay px-5 py-2.5" role="region" aria-label="Unsaved changes">
      <ProblemMessage error={error} shownFields={shownFields} />
      <div className="flex items-center gap-2">
        <span className="mr-auto" aria-live="polite">
          {words}
        </span>
        <Button variant="ghost" disabled={pending} onClick={onDiscard}>
          Discard
        </Button>
        <Button variant="primary" loading={pending} disabled={blocked} onClick={onSave}>
          Save
        </Button>
      </div>
    </div>
  )
}
