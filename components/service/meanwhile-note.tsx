'use client'

import { usePresence } from '@/components/presence/live-context'

type MeanwhileProps = { serviceId: string; name: string; contested: readonly string[] }

/** Over a form that somebody else's edit has come into, however far one has scrolled: what became of theirs and of what is typed here. */
export function MeanwhileNote({ serviceId, name, contested }: MeanwhileProps) {
  const who = usePresence(({ lastEdits, userId }) => {
    const last = lastEdits[serviceId]
    return last && last.actor.id !== userId ? last.actor.name : 'Somebody'
  })
  return (
    <div role="status" className="sticky -top-2 z-10 mb-4 rounded-control border border-line-strong bg-overlay px-3 py-1.5 shadow-float">
      <p>
        {who} changed {name} meanwhile. Their edits are in the form, and what you typed is still here.
      </p>
      {contested.length > 0 ? <p className="text-warning">You both changed {contested.join(', ')}. Saving puts yours in place of theirs.</p> : null}
    </div>
  )
}
