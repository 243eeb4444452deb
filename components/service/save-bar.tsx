'use client'

import { Button } from '@/components/ui/button'

export type SaveBarProps = { words: string; pending: boolean; blocked: boolean; onDiscard: () => void; onSave: () => void }

/** At the bottom of a tab while there are unsaved edits. */
export function SaveBar({ words, pending, blocked, onDiscard, onSave }: SaveBarProps) {
  return (
    <div className="sticky -bottom-4 z-10 -mx-5 mt-auto -mb-4 flex animate-appear items-center gap-2 border-t border-line-strong bg-overlay px-5 py-2.5" role="region" aria-label="Unsaved changes">
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
  )
}
