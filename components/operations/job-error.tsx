'use client'

import { useId, useState } from 'react'

import { CopyButton } from '@/components/ui/copy-button'

import { firstLines } from './first-lines'

/** What went wrong: the first lines, and all of it on demand. */
export function JobError({ text, title }: { text: string; title: string }) {
  const [open, setOpen] = useState(false)
  const id = useId()
  const { shown, isCut, lines } = firstLines(text)
  return (
    <div className="mt-1.5 overflow-hidden rounded-control border border-line bg-sunken">
      <div className="relative">
        <pre
          id={id}
          tabIndex={open ? 0 : undefined}
          role={open ? 'region' : undefined}
          aria-label={open ? `Error of ${title}` : undefined}
          className="max-h-80 overflow-y-auto px-3 py-2 pr-11 font-mono text-code break-words whitespace-pre-wrap text-muted"
        >
          {open ? text : shown}
        </pre>
        <span className="absolute top-1 right-1 rounded-control bg-sunken">
          <CopyButton text={text} label="Copy the error" />
        </span>
      </div>
      {isCut ? (
        <button
          type="button"
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setOpen(!open)}
          className="block w-full border-t border-line px-3 py-1 text-left text-meta text-faint hover:bg-hover hover:text-ink focus-visible:outline-offset-[-2px]"
        >
          {open ? 'Show less' : lines > 1 ? `Show all ${lines} lines` : 'Show all'}
        </button>
      ) : null}
    </div>
  )
}
