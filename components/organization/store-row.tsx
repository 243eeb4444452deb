'use client'

import { Pencil, RefreshCw, Trash2 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'

import { useRun } from '@/components/client/operations'
import { bytesWords } from '@/components/service/use-words'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { IconButton } from '@/components/ui/icon-button'
import { problemOf } from '@/components/ui/problem'
import { RelativeTime } from '@/components/ui/relative-time'
import { toast } from '@/components/ui/toast'
import { storeCheck, storeDelete } from '@/lib/contract/doors'
import type { StoreView } from '@/lib/contract/store'

import { StoreDialog } from './store-dialog'

const LOOK_MS = 2_000

export type StoreRowProps = { organizationId: string; store: StoreView; disabledReason: string | null }

/** One store with what its last try said, and what lies in it. */
export function StoreRow({ organizationId, store, disabledReason }: StoreRowProps) {
  const run = useRun()
  const router = useRouter()
  const [editing, setEditing] = useState(false)
  const [deleting, setDeleting] = useState(false)
  const isTried = store.seen !== null
  // The worker tries it within a moment.
  useEffect(() => {
    if (isTried) return
    const timer = setInterval(() => router.refresh(), LOOK_MS)
    return () => clearInterval(timer)
  }, [isTried, router])
  const check = () =>
    run(storeCheck, { organizationId, storeId: store.id }).then(
      () => router.refresh(),
      (error: unknown) => void toast.error('The store is not tried.', { description: problemOf(error).message }),
    )
  const remove = async () => {
    await run(storeDelete, { organizationId, storeId: store.id })
    toast.success('Store deleted.')
    router.refresh()
  }
  return (
    <li className="flex items-center gap-3 py-3">
      <div className="min-w-0 flex-1">
        <p className="font-medium break-words">{store.name}</p>
        <p className="text-meta break-words text-faint">
          {[store.bucket, store.prefix].filter(Boolean).join('/')} at {new URL(store.endpoint).host} · added <RelativeTime at={store.createdAt} />
        </p>
        <p className="text-meta text-muted">{heldWords(store)}</p>
        <p role="status" className={`text-meta ${store.seen === null ? 'text-faint' : store.seen.ok ? 'text-muted' : 'text-bad'}`}>
          {store.seen === null ? 'Being tried…' : store.seen.message}
        </p>
      </div>
      <IconButton label={`Try ${store.name} again`} icon={<RefreshCw />} disabledReason={disabledReason ?? (isTried ? null : 'It is being tried.')} onClick={() => void check()} />
      <IconButton label={`Change ${store.name}`} icon={<Pencil />} disabledReason={disabledReason} onClick={() => setEditing(true)} />
      <IconButton label={`Delete ${store.name}`} icon={<Trash2 />} disabledReason={disabledReason} onClick={() => setDeleting(true)} />
      {editing ? <StoreDialog organizationId={organizationId} store={store} onClose={() => setEditing(false)} /> : null}
      <ConfirmDialog open={deleting} onOpenChange={setDeleting} title={`Delete ${store.name}?`} confirmLabel="Delete store" onConfirm={remove}>
        <p>Its secret is lost for good. The bucket stays. A store that snapshots lie in cannot be deleted.</p>
      </ConfirmDialog>
    </li>
  )
}

function heldWords({ snapshots, sizeBytes }: StoreView): string {
  if (snapshots === 0) return 'No snapshots lie in it.'
  return `${snapshots === 1 ? '1 snapshot lies' : `${snapshots} snapshots lie`} in it, ${bytesWords(sizeBytes)}.`
}
