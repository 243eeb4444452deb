'use client'

import { Plus } from 'lucide-react'
import { useState, type FormEvent } from 'react'

import { useRun } from '@/components/client/operations'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { ProblemMessage } from '@/components/ui/problem-message'
import { useSubmit } from '@/components/ui/use-submit'
import type { DomainView } from '@/lib/contract/domain'
import { domainCreate } from '@/lib/contract/doors'
import { readHostName } from '@/lib/domain/host-name'

/** A host name is judged while it is typed, once it looks finished, and told as it is going to be kept. */
export function AddDomain({ serviceId, disabledReason, onAdded }: { serviceId: string; disabledReason: string | null; onAdded: (domain: DomainView) => void }) {
  const run = useRun()
  const [text, setText] = useState('')
  const [isLeft, setLeft] = useState(false)
  const { submit, pending, error, fieldError, reset } = useSubmit(async () => {
    onAdded(await run(domainCreate, { serviceId, hostname: text }))
    setText('')
    setLeft(false)
  })
  const read = readHostName(text)
  const isTyped = text.trim() !== ''
  // Nobody is told off in the middle of a word.
  const wrong = isTyped && isLeft && !read.ok ? read.message : undefined
  const kept = isTyped && read.ok && read.name.hostname !== text.trim() ? `Kept as ${read.name.hostname}.` : undefined
  // There is always a line, so that what is below stays where it is while somebody presses it.
  const hint = kept ?? (isTyped && read.ok && read.name.isWildcard ? 'Every name with one part before it. It is proven by a TXT record.' : 'A name of your own, or *.example.com for every name below it.')
  const send = (event: FormEvent) => {
    event.preventDefault()
    setLeft(true)
    if (isTyped && read.ok && disabledReason === null) void submit()
  }
  return (
    <form onSubmit={send} noValidate>
      <div className="flex items-start gap-2">
        <Field label="Host name" hideLabel className="min-w-0 flex-1" error={wrong ?? fieldError('hostname')} hint={hint}>
          <Input
            value={text}
            onChange={(event) => {
              setText(event.target.value)
              reset()
            }}
            onBlur={() => setLeft(true)}
            onFocus={() => setLeft(false)}
            placeholder="www.example.com"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            inputMode="url"
            mono
          />
        </Field>
        <Button type="submit" variant="primary" icon={<Plus />} loading={pending} disabledReason={disabledReason}>
          Add
        </Button>
      </div>
      {error !== null && fieldError('hostname') === undefined ? <ProblemMessage error={error} /> : null}
    </form>
  )
}
