import { Timer } from 'lucide-react'

import { durationWords } from '@/components/ui/time-words'

/** How long requests waited while a version took the place of the former one. */
export function PauseNote({ pauseMs }: { pauseMs: number }) {
  return (
    <p className="flex items-center gap-2 text-muted">
      <Timer aria-hidden="true" className="size-4 shrink-0 text-faint" />
      Requests waited {durationWords(pauseMs)} at the ingress while it took the place of the former version.
    </p>
  )
}
