'use client'

import { MoreHorizontal, Pencil, RefreshCw, Star, Trash2 } from 'lucide-react'
import { useState } from 'react'

import { useRun } from '@/components/client/operations'
import { problemOf } from '@/components/ui/problem'
import { Badge } from '@/components/ui/badge'
import { Checkbox } from '@/components/ui/checkbox'
import { CodeBlock } from '@/components/ui/code'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { IconButton } from '@/components/ui/icon-button'
import { Menu } from '@/components/ui/menu'
import { RelativeTime } from '@/components/ui/relative-time'
import { Mark } from '@/components/ui/state-mark'
import { toast } from '@/components/ui/toast'
import { targetCheck, targetDelete, targetPrefer } from '@/lib/contract/doors'
import type { TargetView } from '@/lib/contract/target'

import { TargetDialog } from './target-dialog'
import { burdenOf, markOf, placeOf } from './target-words'

export type TargetRowProps = { organizationId: string; target: TargetView; disabledReason: string | null; onChange: () => void }

/** One target: whether it is usable, where it is, and what can be done with it. */
export function TargetRow({ organizationId, target, disabledReason, onChange }: TargetRowProps) {
  const run = useRun()
  const [open, setOpen] = useState<'edit' | 'delete' | null>(null)
  const [abandon, setAbandon] = useState(false)
  const named = { organizationId, targetId: target.id }
  const attempt = async (work: () => Promise<unknown>, done: string | null) => {
    try {
      await work()
      if (done !== null) toast.success(done)
      onChange()
    } catch (error) {
      toast.error(problemOf(error).message)
    }
  }
  const mark = markOf(target)
  const builtIn = target.isBuiltIn ? 'It belongs to this instance and is found by itself.' : null
  return (
    <li className="py-3">
      <div className="flex items-start gap-3">
        <div className="min-w-0 flex-1">
          <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <span className="font-medium break-words">{target.name}</span>
            {target.isDefault ? <Badge>Default</Badge> : null}
            <Mark {...mark} className="text-meta" />
          </p>
          <p className="mt-0.5 text-meta break-words text-faint">
            {placeOf(target)} · {burdenOf(target)}
            {target.seen ? (
              <>
                {' '}
                · checked <RelativeTime at={target.seen.at} />
              </>
            ) : null}
          </p>
          {target.seen && !target.seen.ok && !target.isBeingChecked ? <p className="mt-1 text-meta break-words text-bad">{target.seen.message}</p> : null}
          {target.diskWarning ? <p className="mt-1 text-meta break-words text-warning">{target.diskWarning}</p> : null}
        </div>
        <IconButton label={`Check ${target.name}`} icon={<RefreshCw />} loading={target.isBeingChecked} onClick={() => void attempt(() => run(targetCheck, named), null)} />
        <Menu
          label={target.name}
          trigger={<IconButton label={`More for ${target.name}`} icon={<MoreHorizontal />} />}
          items={[
            { label: 'Make default', icon: <Star />, disabledReason: disabledReason ?? (target.isDefault ? 'It is the default.' : null), onSelect: () => void attempt(() => run(targetPrefer, named), `New projects begin on ${target.name}.`) },
            { label: 'Edit', icon: <Pencil />, disabledReason: disabledReason ?? builtIn, onSelect: () => setOpen('edit') },
            { kind: 'separator' },
            { label: 'Delete', icon: <Trash2 />, danger: true, disabledReason: disabledReason ?? builtIn, onSelect: () => setOpen('delete') },
          ]}
        />
      </div>
      {target.connection.kind === 'ssh' && !target.seen?.ok ? (
        <div className="mt-2 space-y-1">
          <p className="text-meta text-faint">Add this key to ~/.ssh/authorized_keys of {target.connection.user} there; that user must be allowed to use Docker.</p>
          <CodeBlock text={target.connection.publicKey} label={`Public key of ${target.name}`} />
        </div>
      ) : null}
      {open === 'edit' ? <TargetDialog organizationId={organizationId} target={target} onDone={onChange} onClose={() => setOpen(null)} /> : null}
      <ConfirmDialog
        open={open === 'delete'}
        onOpenChange={(isOpen) => setOpen(isOpen ? 'delete' : null)}
        title={`Delete ${target.name}?`}
        confirmLabel="Delete target"
        onConfirm={async () => {
          await run(targetDelete, { ...named, abandon })
          toast.success('Target deleted.')
          onChange()
        }}
      >
        <p>Its address and keys are forgotten. The machine itself is left as it is. A target that environments are on cannot be deleted.</p>
        {target.seen?.ok ? null : (
          <div className="mt-3">
            <Checkbox checked={abandon} onCheckedChange={setAbandon} label="This machine never answers again" hint="What is still being removed from it is given up; what may be left there stays." />
          </div>
        )}
      </ConfirmDialog>
    </li>
  )
}
