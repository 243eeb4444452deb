'use client'

import { useMemo } from 'react'

import { useRun } from '@/components/client/operations'
import { problemOf } from '@/components/ui/problem'
import { toast } from '@/components/ui/toast'
import { restoreCancel, snapshotCancel, snapshotCreate, snapshotProve, snapshotUpdate } from '@/lib/contract/doors'
import type { RestoreView, SnapshotView } from '@/lib/contract/snapshot'

import type { SnapshotsOf } from './snapshots-of'

/** What is done with snapshots at once. Refusals are told in a toast; `changed` is called with whatever came of it. */
export function useSnapshotActions(of: SnapshotsOf, changed: () => void) {
  const run = useRun()
  return useMemo(() => {
    const told = async (work: () => Promise<unknown>, refusal: string) => {
      try {
        await work()
      } catch (error) {
        toast.error(refusal, { description: problemOf(error).message })
      }
      changed()
    }
    return {
      take: () => told(() => run(snapshotCreate, of.named), 'No snapshot was taken.'),
      prove: ({ id }: SnapshotView) => told(() => run(snapshotProve, { snapshotId: id }), 'The snapshot was not tried.'),
      cancel: ({ id }: SnapshotView) => told(() => run(snapshotCancel, { snapshotId: id }), 'It goes on.'),
      cancelRestore: ({ id }: RestoreView) => told(() => run(restoreCancel, { restoreId: id }), 'The restore goes on.'),
      pin: ({ id, isPinned }: SnapshotView) => told(() => run(snapshotUpdate, { snapshotId: id, isPinned: !isPinned }), 'The snapshot was not changed.'),
    }
  }, [run, changed, of])
}
