'use client'

import { Eye, EyeOff, Lock, LockOpen, RefreshCw, Trash2 } from 'lucide-react'
import { useState, type ClipboardEvent } from 'react'

import { useMissing } from '@/components/canvas/canvas-context'
import { CopyButton } from '@/components/ui/copy-button'
import { IconButton } from '@/components/ui/icon-button'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import type { OfferView } from '@/lib/contract/service'
import { looksLikeEnv } from '@/lib/domain/env-file'
import type { VariableScope } from '@/lib/domain/variable-scope'

import { ReferenceInput } from './reference-input'
import { KEPT, withValue, type Row } from './variable-draft'

export type VariableRowProps = {
  row: Row
  problem: string | undefined
  references: readonly OfferView[]
  readOnly: boolean
  /** Whether it is given to a service: then it says when. */
  hasScope: boolean
  /** Whether its generators have given something that can be seen and made anew. */
  generated: boolean
  /** Who uses it; only of a shared one. */
  usedBy?: readonly string[] | undefined
  onChange: (row: Row) => void
  onDelete: () => void
  /** A block of variables was pasted into the name. */
  onPasteBlock: (text: string) => void
  /** Asks the server for a value; resolves to null when it was refused. */
  reveal: (key: string) => Promise<{ value: string; filled: string } | null>
  regenerate: (key: string) => Promise<void>
}

const SCOPES: { value: VariableScope; label: string; hint: string }[] = [
  { value: 'both', label: 'Build + run', hint: 'While it is built and while it runs' },
  { value: 'build', label: 'Build', hint: 'Only while it is built' },
  { value: 'run', label: 'Run', hint: 'Only while it runs: a change takes no build' },
]

/** One variable: its name, its value, whether it is a secret, when it is given. */
export function VariableRow(props: VariableRowProps) {
  const { row, problem: given, readOnly, hasScope, usedBy, onChange, onDelete, onPasteBlock } = props
  const label = row.key || 'new variable'
  // What is being completed is not complained about yet.
  const [isCompleting, setCompleting] = useState(false)
  const problem = isCompleting ? undefined : given
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
          className="w-auto! min-w-0 flex-1 max-sm:-order-1 sm:w-44! sm:flex-none"
        />
        <Value {...props} problem={problem} label={`Value of ${label}`} onCompleting={setCompleting} />
        <div className="flex shrink-0 gap-1.5 max-sm:-order-1">
          {hasScope ? <Select size="small" label={`When ${label} is given`} value={row.scope} options={SCOPES} disabled={readOnly} onValueChange={(scope) => onChange({ ...row, scope })} className="w-27! text-meta!" /> : null}
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
      </div>
      {usedBy ? <p className="mt-0.5 text-meta break-words text-faint">{usedBy.length === 0 ? 'No service refers to it.' : `Used by ${usedBy.join(', ')}`}</p> : null}
      {problem ? (
        <p role="alert" className="mt-1 text-meta break-words text-bad">
          {problem}
        </p>
      ) : null}
    </li>
  )
}

function Value({ row, label, problem, references, readOnly, generated, onChange, reveal, regenerate, onCompleting }: VariableRowProps & { label: string; onCompleting: (is: boolean) => void }) {
  const missing = useMissing('variable.reveal')
  const [isHidden, setHidden] = useState(row.secret && row.id.startsWith('saved:'))
  const [pending, setPending] = useState<'reveal' | 'regenerate' | null>(null)
  const show = async () => {
    setHidden(false)
    if (row.value !== null && !generated) return
    setPending('reveal')
    const seen = await reveal(row.key)
    setPending(null)
    if (seen !== null) onChange({ ...row, ...(row.value === null ? { value: seen.value, revealed: seen.value } : {}), ...(generated ? { filled: seen.filled } : {}) })
  }
  const hide = () => {
    setHidden(row.secret)
    const { filled: _filled, ...rest } = row
    onChange(rest)
  }
  const isMasked = row.secret && (row.value === null || isHidden)
  const isShown = generated ? row.filled !== undefined && !isMasked : !isMasked
  return (
    <div className="flex min-w-0 flex-1 flex-wrap items-start gap-1.5 max-sm:basis-full">
      {isMasked && row.value !== null ? (
        <Input mono size="small" aria-label={label} readOnly value={KEPT} onFocus={() => setHidden(false)} className="min-w-0 flex-1" />
      ) : (
        <ReferenceInput label={label} value={row.value ?? ''} placeholder={row.value === null ? `${KEPT}  type to replace` : 'value'} references={references} readOnly={readOnly} invalid={problem !== undefined} onChange={(value) => onChange(withValue(row, value))} onCompleting={onCompleting} />
      )}
      {row.secret || generated ? (
        <IconButton
          size="small"
          label={isShown ? `Hide ${row.key}` : `Reveal ${row.key}. It is recorded in the activity`}
          icon={isShown ? <EyeOff /> : <Eye />}
          loading={pending === 'reveal'}
          disabledReason={row.value === null || generated ? missing : null}
          onClick={() => (isShown ? hide() : void show())}
        />
      ) : null}
      {generated ? (
        <IconButton
          size="small"
          label={`Generate ${row.key} anew. It takes effect with the next deployment`}
          icon={<RefreshCw />}
          loading={pending === 'regenerate'}
          disabled={readOnly}
          onClick={() => {
            setPending('regenerate')
            void regenerate(row.key).finally(() => setPending(null))
          }}
        />
      ) : null}
      {row.filled !== undefined && !isMasked ? (
        <p className="flex w-full items-center gap-1 rounded-control bg-sunken pl-2">
          <span className="min-w-0 flex-1 py-1 font-mono text-code break-all">{row.filled}</span>
          <CopyButton text={row.filled} label={`Copy what ${row.key} gives`} />
        </p>
      ) : null}
    </div>
  )
}
