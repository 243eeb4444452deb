import { TriangleAlert } from 'lucide-react'

import type { FilterNote } from '@/lib/contract/log'

import { Pointed } from './filter-problem'

/** What explains what was found: that there is no such service, with its place in the filter. */
export function FilterNotes({ notes, filter }: { notes: readonly FilterNote[]; filter: string }) {
  if (notes.length === 0) return null
  return (
    <ul role="status" className="flex shrink-0 flex-col gap-0.5 border-b border-warning/30 bg-warning/8 px-3 py-1.5">
      {notes.map((note) => (
        <li key={`${note.at} ${note.message}`} className="flex items-baseline gap-2">
          <TriangleAlert aria-hidden="true" className="size-3.5 shrink-0 self-center text-warning" />
          <span className="min-w-0 truncate font-mono text-code max-sm:hidden">
            <Pointed text={filter} place={note} />
          </span>
          <span>{note.message}</span>
        </li>
      ))}
    </ul>
  )
}
