'use client'

import { Eye, EyeOff, Lock, LockOpen, Trash2 } from 'lucide-react'
import { useState, type ClipboardEvent } from 'react'

import { useMissing } from '@/components/canvas/canvas-context'
import { IconButton } from '@/components/ui/icon-button'
import { Input } from '@/components/ui/input'

import { looksLikeEnv } from './env-file'
import { ReferenceInput } from './reference-input'
import type { Referable } from './reference-suggestions'
import { KEPT, withValue, type Row } from './variable-draft'

export type VariableRowProps = {
  row: Row
  problem: string | undefined
  services: readonly Referable[]
  readOnly: boolean
  onChange: (row: Row) => void
  onDelete: () => void
  /** A block of variables was pasted into the name. */
  onPasteBlock: (text: string) => void
  /** Asks the server for a secret's value; resolves to null when it was refused. */
  reveal: (key: string) => Promise<string | null>
}

/** One variable: its name, its value, whether it is a secret. */
export function VariableRow({ row, problem, services, readOnly, onChange, onDelete, onPasteBlock, reveal }: VariableRowProps) {
  const label = row.key || 'new variable'
  const onPaste = (event: ClipboardEvent) => {
    const text = event.clipboardData.getData('text/plain')
    if (!looksLikeEnv(text)) return
    event.preventDefault()
    onPasteBlock(text)
  }
  return (
    <li className="px-3 py-1.5">
      <div className="flex flex-wrap items-start gap-1.5 sm:flex-nowrap">
        <Input
          mono
          size="small"
          aria-label={`Name of ${label}`}
          aria-invalid={problem ? true : undefined}
          placeholder="NAME"
          value={row.key}
          readOnly={readOnly}
          onPaste={onPaste}
          onChange={(event) => onChange({ ...row, key: event.target.value })}
          autoComplete="off"
          spellCheck={false}
          className="w-full! sm:w-52!"
        />
        <Value row={row} label={`Value of ${label}`} services={services} readOnly={readOnly} onChange={onChange} reveal={reveal} />
        <IconButton
          size="small"
          label={row.secret ? `${label} is a secret. Show its value to everyone who may read` : `${label} is not a secret. Hide its value`}
          icon={row.secret ? <Lock className="text-accent" /> : <LockOpen />}
          pressed={row.secret}
          disabled={readOnly}
          disabledReason={row.value === null ? 'Reveal the value or enter it anew first.' : null}
          onClick={() => onChange({ ...row, secret: !row.secret, decided: true })}
        />
        <IconButton size="small" label={`Delete ${label}`} icon={<Trash2 />} disabled={readOnly} onClick={onDelete} />
      </div>
      {problem ? (
        <p role="alert" className="mt-1 text-meta text-bad">
          {problem}
        </p>
      ) : null}
    </li>
  )
}

type ValueProps = Pick<VariableRowProps, 'row' | 'services' | 'readOnly' | 'onChange' | 'reveal'> & { label: string }

function Value({ row, label, services, readOnly, onChange, reveal }: ValueProps) {
  const missing = useMissing('variable.reveal')
  const [isHidden, setHidden] = useState(row.secret && row.id.startsWith('saved:'))
  const [pending, setPending] = useState(false)
  const show = async () => {
    setHidden(false)
    if (row.value !== null) return
    setPending(true)
    const value = await reveal(row.key)
    setPending(false)
    if (value !== null) onChange({ ...row, value, revealed: value })
  }
  const isMasked = row.secret && (row.value === null || isHidden)
  const toggle = row.secret ? (
    <IconButton
      size="small"
      label={isMasked ? 'Reveal. It is recorded in the activity' : 'Hide'}
      icon={isMasked ? <Eye /> : <EyeOff />}
      loading={pending}
      disabledReason={row.value === null ? missing : null}
      onClick={() => (isMasked ? void show() : setHidden(true))}
    />
  ) : null
  return (
    <div className="flex min-w-0 flex-1 items-start gap-1.5">
      {isMasked && row.value !== null ? (
        <Input mono size="small" aria-label={label} readOnly value={KEPT} onFocus={() => setHidden(false)} className="min-w-0 flex-1" />
      ) : (
        <ReferenceInput label={label} value={row.value ?? ''} placeholder={row.value === null ? `${KEPT}  type to replace` : 'value'} services={services} readOnly={readOnly} onChange={(value) => onChange(withValue(row, value))} />
      )}
      {toggle}
    </div>
  )
}
