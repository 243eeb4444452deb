'use client'

import { ArrowRight, Undo2 } from 'lucide-react'

import { IconButton } from '@/components/ui/icon-button'
import type { DifferenceView } from '@/lib/contract/change'
import { isDiscardable } from '@/lib/domain/change'

export type DifferenceRowProps = { difference: DifferenceView; /** Absent: it cannot be set back. */ onDiscard?: () => void; pending?: boolean }

/** One field: what it was and what it becomes. */
export function DifferenceRow({ difference, onDiscard, pending = false }: DifferenceRowProps) {
  const { label, before, after, secret, field } = difference
  const isVariable = field.startsWith('variables.')
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-x-2 border-t border-line py-1.5 first:border-t-0 sm:grid-cols-[minmax(0,11rem)_minmax(0,1fr)_auto]">
      <span className={isVariable ? 'truncate pt-0.5 font-mono text-code' : 'truncate text-muted'} title={label}>
        {label}
      </span>
      <span className="col-span-2 row-start-2 flex min-w-0 flex-wrap items-center gap-x-2 gap-y-0.5 sm:col-span-1 sm:row-start-auto">
        {field === 'name' ? null : <Value value={before} secret={secret} isBefore />}
        {field === 'name' ? null : <ArrowRight aria-label="becomes" className="size-3.5 shrink-0 text-faint" />}
        <Value value={after} secret={secret} />
      </span>
      {onDiscard && isDiscardable(field) ? <IconButton size="small" label={`Discard the change of ${label}`} icon={<Undo2 />} disabled={pending} onClick={onDiscard} /> : null}
    </li>
  )
}

function Value({ value, secret, isBefore = false }: { value: string | null; secret: boolean; isBefore?: boolean }) {
  if (value === null) return <span className="text-faint">not set</span>
  if (secret) return <span className="text-faint">{isBefore ? 'a secret' : 'another secret'}</span>
  return (
    <code title={value} className={`line-clamp-3 min-w-0 font-mono text-code break-all whitespace-pre-wrap ${isBefore ? 'text-faint line-through decoration-line-strong' : ''}`}>
      {value === '' ? '""' : value}
    </code>
  )
}
