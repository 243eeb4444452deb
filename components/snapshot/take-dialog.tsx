'use client'

import { useState, type FormEvent } from 'react'

import { useRun } from '@/components/client/operations'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { ProblemMessage } from '@/components/ui/problem-message'
import { useSubmit } from '@/components/ui/use-submit'
import { snapshotCreate } from '@/lib/contract/doors'
import type { SnapshotPlanView } from '@/lib/contract/snapshot'

import { PlaceChoice } from './place-choice'
import type { SnapshotsOf } from './snapshots-of'

type Props = { of: SnapshotsOf; view: SnapshotPlanView; onClose: () => void; onChanged: () => void }

/** Asks where a snapshot is kept, and takes it. What the schedule says is the first choice. */
export function TakeDialog({ of, view: { plan, stores }, onClose, onChanged }: Props) {
  const run = useRun()
  const [storeId, setStoreId] = useState(plan?.store?.id ?? null)
  const take = useSubmit(() => run(snapshotCreate, { ...of.named, storeId }))
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (!(await take.submit())) return
    onChanged()
    onClose()
  }
  return (
    <Dialog open onOpenChange={onClose} title={`Snapshot of ${of.name}`}>
      <form onSubmit={submit} className="space-y-4">
        <PlaceChoice stores={stores} value={storeId} onChange={setStoreId} error={take.fieldError('storeId')} />
        <ProblemMessage error={take.error} shownFields={['storeId']} />
        <div className="flex justify-end gap-2">
          <Button variant="ghost" disabled={take.pending} onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" loading={take.pending}>
            Take it
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
