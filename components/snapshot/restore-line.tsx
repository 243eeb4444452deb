'use client'

import { Duration } from '@/components/ui/duration'
import { RelativeTime } from '@/components/ui/relative-time'
import { Mark } from '@/components/ui/state-mark'
import type { RestoreView } from '@/lib/contract/snapshot'

import { isOpen, RESTORE_LOOK } from './snapshot-words'

/** How the last restore stands, or what came of it. */
export function RestoreLine({ restore }: { restore: RestoreView }) {
  return (
    <div role="status" className="rounded-card border border-line bg-raised px-3.5 py-2.5">
      <div className="flex flex-wrap items-center gap-x-2">
        <Mark {...RESTORE_LOOK[restore.status]} />
        <span className="text-meta text-faint">{isOpen(restore.status) ? <Duration from={restore.createdAt} to={null} /> : <RelativeTime at={restore.finishedAt ?? restore.createdAt} />}</span>
        {restore.createdBy ? <span className="text-meta text-faint">by {restore.createdBy.name}</span> : null}
      </div>
      {restore.message ? <p className="mt-0.5 text-muted">{restore.message}</p> : null}
    </div>
  )
}
