'use client'

import { Copy, MoreHorizontal, Pin, PinOff, RotateCcw, ShieldCheck, Trash2 } from 'lucide-react'
import { useState, type ReactNode } from 'react'

import { useEnvironment, useMissing } from '@/components/canvas/canvas-context'
import { useRun } from '@/components/client/operations'
import { bytesWords } from '@/components/service/use-words'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { IconButton } from '@/components/ui/icon-button'
import { Menu, type MenuEntry } from '@/components/ui/menu'
import { RelativeTime } from '@/components/ui/relative-time'
import { Mark } from '@/components/ui/state-mark'
import { durationWords } from '@/components/ui/time-words'
import { useSubmit } from '@/components/ui/use-submit'
import { snapshotDelete } from '@/lib/contract/doors'
import type { SnapshotView } from '@/lib/contract/snapshot'
import { whyNotCancelled, whyNotTriedInContainers } from '@/lib/domain/snapshot'
import { hasNetwork } from '@/lib/domain/target'

import { RestoreDialog } from './restore-dialog'
import { isOpen, SNAPSHOT_LOOK, TRIGGER_WORDS } from './snapshot-words'
import type { SnapshotsOf } from './snapshots-of'
import type { useSnapshotActions } from './use-snapshot-actions'

type Props = { of: SnapshotsOf; snapshot: SnapshotView; isRestoring: boolean; actions: ReturnType<typeof useSnapshotActions>; onChanged: () => void }

/** A snapshot as a row, with what can be done with it. */
export function SnapshotRow({ of, snapshot, isRestoring, actions, onChanged }: Props) {
  const run = useRun()
  const { target } = useEnvironment()
  const missing = { write: useMissing('service.write'), delete: useMissing('service.delete') }
  const [asked, setAsked] = useState<'restore' | 'new' | 'delete' | null>(null)
  const cannot = missing.delete ?? (snapshot.status !== 'done' ? 'It holds nothing.' : isRestoring ? 'Something is being restored already.' : null)
  const items: MenuEntry[] = [
    { label: 'Restore…', icon: <RotateCcw />, onSelect: () => setAsked('restore'), disabledReason: cannot },
    { label: `Restore as a new ${of.noun}…`, icon: <Copy />, onSelect: () => setAsked('new'), disabledReason: missing.delete ?? (snapshot.status === 'done' ? null : 'It holds nothing.') },
    { label: 'Try it out', icon: <ShieldCheck />, onSelect: () => void actions.prove(snapshot), disabledReason: missing.write ?? (snapshot.status !== 'done' ? 'It holds nothing.' : snapshot.isBeingProven ? 'It is being tried.' : hasNetwork(target.kind) ? whyNotTriedInContainers(snapshot.engine) : null) },
    { label: snapshot.isPinned ? 'Leave it to the schedule' : 'Keep it for good', icon: snapshot.isPinned ? <PinOff /> : <Pin />, onSelect: () => void actions.pin(snapshot), disabledReason: missing.write },
    { kind: 'separator' },
    { label: 'Delete…', icon: <Trash2 />, danger: true, onSelect: () => setAsked('delete'), disabledReason: missing.delete ?? (snapshot.status === 'running' ? 'It is being taken.' : null) },
  ]
  const close = () => setAsked(null)
  const cancel = useSubmit(() => actions.cancel(snapshot))
  return (
    <li id={snapshot.id} className="flex scroll-mt-4 items-start gap-3 px-3.5 py-2.5 target:bg-raised">
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-center gap-x-2">
          <Mark {...SNAPSHOT_LOOK[snapshot.status]} />
          <ProofBadge snapshot={snapshot} />
          {snapshot.isPinned ? (
            <Badge>
              <Pin aria-hidden="true" className="size-3" /> Kept
            </Badge>
          ) : null}
        </div>
        <p className="flex flex-wrap items-center gap-x-1.5 text-meta text-faint">
          <RelativeTime at={snapshot.createdAt} />
          <Part>{snapshot.trigger === 'manual' ? (snapshot.createdBy?.name ?? TRIGGER_WORDS.manual) : TRIGGER_WORDS[snapshot.trigger]}</Part>
          {snapshot.sizeBytes === null ? null : (
            <Part title={snapshot.contentBytes === null ? undefined : `${bytesWords(snapshot.contentBytes)} unpacked. SHA-256 ${snapshot.sha256}`}>{bytesWords(snapshot.sizeBytes)}</Part>
          )}
          {snapshot.store ? <Part title="Where it is kept">{snapshot.store.name}</Part> : null}
          {snapshot.status === 'done' && snapshot.durationMs !== null ? <Part title="How long it took">{durationWords(snapshot.durationMs)}</Part> : null}
        </p>
        {snapshot.message ? <p className="text-meta text-muted">{snapshot.message}</p> : null}
        {snapshot.proof && !snapshot.proof.ok ? <p className="text-meta text-bad">{snapshot.proof.message}</p> : null}
      </div>
      {isOpen(snapshot.status) || snapshot.isBeingProven ? (
        <Button size="small" variant="ghost" loading={cancel.pending} disabledReason={missing.write ?? whyNotCancelled(snapshot)} onClick={() => void cancel.submit()}>
          Cancel
        </Button>
      ) : null}
      <Menu label="What to do with it" trigger={<IconButton label="What to do with it" icon={<MoreHorizontal />} />} items={items} />
      <RestoreDialog of={of} snapshot={snapshot} asNew={asked === 'new'} open={asked === 'restore' || asked === 'new'} onClose={close} onDone={onChanged} />
      <ConfirmDialog open={asked === 'delete'} onOpenChange={close} title="Delete this snapshot?" confirmLabel="Delete snapshot" onConfirm={() => run(snapshotDelete, { snapshotId: snapshot.id }).then(onChanged)}>
        <p>
          What {of.name} held <RelativeTime at={snapshot.createdAt} /> cannot be restored from it any more.
        </p>
      </ConfirmDialog>
    </li>
  )
}

/** What came of restoring it on trial. */
function ProofBadge({ snapshot: { isBeingProven, proof } }: { snapshot: SnapshotView }) {
  if (isBeingProven) return <Badge tone="progress">Being tried</Badge>
  if (proof === null) return null
  return (
    <span title={proof.message}>
      <Badge tone={proof.ok ? 'good' : 'bad'}>
        {proof.ok ? 'Proven' : 'Cannot be restored'} <RelativeTime at={proof.at} />
      </Badge>
    </span>
  )
}

function Part({ title, children }: { title?: string | undefined; children: ReactNode }) {
  return (
    <>
      <span aria-hidden="true">·</span>
      <span title={title}>{children}</span>
    </>
  )
}
