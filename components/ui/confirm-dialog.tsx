'use client'

import { useState, type FormEvent, type ReactNode } from 'react'

import { Button } from './button'
import { Dialog } from './dialog'
import { Field } from './field'
import { Input } from './input'
import { ProblemMessage } from './problem-message'
import { useSubmit } from './use-submit'

export type ConfirmDialogProps = {
  open: boolean
  onOpenChange: (open: boolean) => void
  /** A question: `Delete project Shop?` */
  title: string
  /** What happens and what will be lost. */
  children: ReactNode
  /** The verb on the button: `Delete project`. */
  confirmLabel: string
  /** Closes by itself when this resolves; shows the problem when it throws. */
  onConfirm: () => Promise<unknown>
  /** The name that has to be typed before the button works. */
  typedName?: string
  /** Red button. Default true. */
  danger?: boolean
}

/** Asks before something that cannot be taken back. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  // The body is mounted anew with every opening, so what was typed and what failed are forgotten.
  return props.open ? <OpenConfirmDialog {...props} /> : null
}

function OpenConfirmDialog({ open, onOpenChange, title, children, confirmLabel, onConfirm, typedName, danger = true }: ConfirmDialogProps) {
  const [typed, setTyped] = useState('')
  const { submit, pending, error } = useSubmit(onConfirm)
  const ready = typedName === undefined || typed.trim() === typedName
  const confirm = async (event: FormEvent) => {
    event.preventDefault()
    event.stopPropagation()
    if (ready && (await submit())) onOpenChange(false)
  }
  return (
    <Dialog open={open} onOpenChange={(next) => (pending ? undefined : onOpenChange(next))} title={title} size="small">
      <form onSubmit={confirm} className="space-y-4">
        <div className="space-y-2 text-muted">{children}</div>
        {typedName !== undefined ? (
          <Field label={<>Type <span className="font-mono text-code break-all select-all">{typedName}</span> to confirm</>}>
            <Input value={typed} onChange={(event) => setTyped(event.target.value)} autoComplete="off" spellCheck={false} />
          </Field>
        ) : null}
        <ProblemMessage error={error} />
        <div className="flex justify-end gap-2">
          <Button variant="ghost" disabled={pending} onClick={() => onOpenChange(false)}>
            Cancel
          </Button>
          <Button type="submit" variant={danger ? 'danger' : 'primary'} loading={pending} disabled={!ready}>
            {confirmLabel}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
