'use client'

import { Pencil, Trash2 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'

import { useRun } from '@/components/client/operations'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { IconButton } from '@/components/ui/icon-button'
import { RelativeTime } from '@/components/ui/relative-time'
import { toast } from '@/components/ui/toast'
import { registryDelete } from '@/lib/contract/doors'
import type { RegistryView } from '@/lib/contract/registry'

import { RegistryDialog } from './registry-dialog'

const LOOK_MS = 2_000

export type RegistryRowProps = { organizationId: string; registry: RegistryView; disabledReason: string | null }

/** One registry with what its last sign-in said. */
export function RegistryRow({ organizationId, registry, disabledReason }: RegistryRowProps) {
  const run = useRun()
  const router = useRouter()
  const [editing, setEditing] = useState(false)
  const [deleting, setDeleting] = useState(false)
  const isTried = registry.seen !== null
  // The worker tries the sign-in within a moment.
  useEffect(() => {
    if (isTried) return
    const timer = setInterval(() => router.refresh(), LOOK_MS)
    return () => clearInterval(timer)
  }, [isTried, router])
  const remove = async () => {
    await run(registryDelete, { organizationId, registryId: registry.id })
    toast.success('Registry deleted.')
    router.refresh()
  }
  return (
    <li className="flex items-center gap-3 py-3">
      <div className="min-w-0 flex-1">
        <p className="font-medium break-words">{registry.name}</p>
        <p className="text-meta break-all text-faint">
          {registry.username} at {registry.server} · added <RelativeTime at={registry.createdAt} />
        </p>
        {registry.keepsBuildsIn === null ? null : <p className="text-meta break-all text-muted">Keeps built images below {registry.keepsBuildsIn}</p>}
        <p role="status" className={`text-meta ${registry.seen === null ? 'text-faint' : registry.seen.ok ? 'text-muted' : 'text-bad'}`}>
          {registry.seen === null ? 'Trying to sign in…' : registry.seen.message}
        </p>
      </div>
      <IconButton label={`Change ${registry.name}`} icon={<Pencil />} disabledReason={disabledReason} onClick={() => setEditing(true)} />
      <IconButton label={`Delete ${registry.name}`} icon={<Trash2 />} disabledReason={disabledReason} onClick={() => setDeleting(true)} />
      {editing ? <RegistryDialog organizationId={organizationId} registry={registry} onClose={() => setEditing(false)} /> : null}
      <ConfirmDialog open={deleting} onOpenChange={setDeleting} title={`Delete ${registry.name}?`} confirmLabel="Delete registry" onConfirm={remove}>
        <p>The password is lost for good. The images in the registry stay, and what runs keeps running.</p>
      </ConfirmDialog>
    </li>
  )
}
