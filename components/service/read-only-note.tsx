import { Eye } from 'lucide-react'

/** Above a form that its reader may not change: why. Nothing when `reason` is null. */
export function ReadOnlyNote({ reason }: { reason: string | null }) {
  if (reason === null) return null
  return (
    <p className="mb-4 flex items-center gap-2 rounded-control border border-line px-3 py-1.5 text-muted">
      <Eye aria-hidden="true" className="size-4 shrink-0 text-faint" />
      {reason}
    </p>
  )
}
