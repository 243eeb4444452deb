'use client'

import { CopyButton } from './copy-button'
import { Field } from './field'
import { Input } from './input'

/** A value that is never shown again: selected by a click, copied by a button. */
export function ShownOnce({ label, value }: { label: string; value: string }) {
  return (
    <div className="flex items-end gap-1.5">
      <Field label={label} className="min-w-0 flex-1">
        <Input mono readOnly value={value} onFocus={(event) => event.currentTarget.select()} />
      </Field>
      <CopyButton text={value} label={`Copy ${label.toLowerCase()}`} size="medium" />
    </div>
  )
}
