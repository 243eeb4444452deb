'use client'

import { useMissing } from '@/components/canvas/canvas-context'
import { Button } from '@/components/ui/button'
import { Duration } from '@/components/ui/duration'
import { RelativeTime } from '@/components/ui/relative-time'
import { Mark } from '@/components/ui/state-mark'
import { useSubmit } from '@/components/ui/use-submit'
import type { RestoreView } from '@/lib/contract/snapshot'
import { whyRestoreGoesOn } from '@/lib/domain/snapshot'

import { isOpen, RESTORE_LOOK } from './snapshot-words'

/** How the last restore stands, or what came of it; until it touches something it can be cancelled. */
export function RestoreLine({ restore, onCancel }: { restore: RestoreView; onCancel: () => Promise<void> }) {
  const missing = useMissing('service.delete')
  const cancel = useSubmit(onCancel)
  return (
    <div className="flex items-start gap-3 rounded-card border border-line bg-raised px-3.5 py-2.5">
      <div role="status" className="min-w-0 flex-1">
        <div className="flex flex-wrap items-center gap-x-2">
          <Mark {...RESTORE_LOOK[restore.status]} />
          <span className="text-meta text-faint">{isOpen(restore.status) ? <Duration from={restore.createdAt} to={null} /> : <RelativeTime at={restore.finishedAt ?? restore.createdAt} />}</span>
          {restore.createdBy ? <span className="text-meta text-faint">by {restore.createdBy.name}</span> : null}
        </div>
        {restore.message ? <p className="mt-0.5 text-muted">{restore.message}</p> : null}
      </div>
      {isOpen(restore.status) ? (
        <Button size="small" variant="ghost" loading={cancel.pending} disabledReason={missing ?? whyRestoreGoesOn(restore)} onClick={() => void cancel.submit()}>
          Cancel
        </Button>
      ) : null}
    </div>
  )
}
