'use client'

import { usePresence } from './live-context'

/** In a panel: who else has it open right now. */
export function AlsoOpen({ nodeId }: { nodeId: string }) {
  const names = usePresence(({ tabs }) => [...new Set(Object.values(tabs).flatMap(({ open, user }) => (open === nodeId ? [user.name] : [])))].sort())
  if (names.length === 0) return null
  const words = names.length > 3 ? `${names.slice(0, 2).join(', ')} and ${names.length - 2} others have` : names.length === 1 ? `${names[0]!} has` : `${names.slice(0, -1).join(', ')} and ${names.at(-1)!} have`
  return (
    <p role="status" className="shrink-0 px-5 pb-2 text-meta text-muted">
      {words} this open too.
    </p>
  )
}
