'use client'

import { useState, type FormEvent } from 'react'

import { Button } from './button'
import { SectionCard } from './card'
import { Field } from './field'
import { Input } from './input'
import { ProblemMessage } from './problem-message'
import { useSubmit } from './use-submit'

export type NameFormProps = {
  title: string
  description?: string
  label: string
  name: string
  onRename: (name: string) => Promise<unknown>
  /** Why the person may not; null when they may. */
  disabledReason: string | null
}

/** A card that renames one thing. */
export function NameForm({ title, description, label, name, onRename, disabledReason }: NameFormProps) {
  const [typed, setTyped] = useState(name)
  const { submit, pending, error, fieldError } = useSubmit(onRename)
  const changed = typed.trim() !== name
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (changed && disabledReason === null) void submit(typed)
  }
  return (
    <form onSubmit={send} noValidate>
      <SectionCard
        title={title}
        description={description}
        footer={
          <Button type="submit" variant={changed ? 'primary' : 'secondary'} loading={pending} disabled={!changed} disabledReason={disabledReason}>
            Save
          </Button>
        }
      >
        <Field label={label} error={fieldError('name')} required>
          <Input name="name" value={typed} onChange={(event) => setTyped(event.target.value)} readOnly={disabledReason !== null} autoComplete="off" className="max-w-md" />
        </Field>
        <ProblemMessage error={error} shownFields={['name']} className="mt-3" />
      </SectionCard>
    </form>
  )
}
