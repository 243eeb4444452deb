'use client'

import { useRouter } from 'next/navigation'

import { useEnvironment } from '@/components/canvas/canvas-context'
import { useRun } from '@/components/client/operations'
import { paths } from '@/components/paths'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { RelativeTime } from '@/components/ui/relative-time'
import { snapshotRestore } from '@/lib/contract/doors'
import type { SnapshotView } from '@/lib/contract/snapshot'

import type { SnapshotsOf } from './snapshots-of'

type Props = { of: SnapshotsOf; snapshot: SnapshotView; asNew: boolean; open: boolean; onClose: () => void; onDone: () => void }

/** Says what is replaced, and what is made instead. */
export function RestoreDialog({ of: { name, noun, named }, snapshot, asNew, open, onClose, onDone }: Props) {
  const run = useRun()
  const router = useRouter()
  const { project, environmentId } = useEnvironment()
  const restore = async () => {
    const answer = await run(snapshotRestore, { snapshotId: snapshot.id, ...(asNew ? { asNew } : named.serviceId === undefined ? { volumeId: named.volumeId } : { serviceId: named.serviceId }) })
    onDone()
    if (asNew) router.push(answer.serviceId === null ? paths.volume(project.id, environmentId, answer.volumeId, 'snapshots') : paths.service(project.id, environmentId, answer.serviceId, 'snapshots'))
  }
  const when = <RelativeTime at={snapshot.createdAt} />
  if (asNew) {
    return (
      <ConfirmDialog open={open} onOpenChange={onClose} danger={false} title={`Restore as a new ${noun}?`} confirmLabel={`Draw the new ${noun}`} onConfirm={restore}>
        <p>
          A new {noun} is drawn beside {name}, with what that held {when}. {noun === 'database' ? 'It gets a password of its own, and runs when you deploy it.' : 'Attach it to a service to use it.'}
        </p>
        <p>{name} stays as it is.</p>
      </ConfirmDialog>
    )
  }
  return (
    <ConfirmDialog open={open} onOpenChange={onClose} title={`Restore ${name}?`} confirmLabel="Restore" typedName={name} onConfirm={restore}>
      <p>
        Everything in {name} is replaced by what it held {when}. What was written since is gone from it.
      </p>
      <p>First the snapshot is checked, then {noun === 'database' ? 'the database' : 'what uses it'} is stopped, and a safety snapshot of what is there now is taken. With that you can come back.</p>
    </ConfirmDialog>
  )
}
