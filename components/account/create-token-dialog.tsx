'use client'

import { useRouter } from 'next/navigation'
import { useState, type FormEvent } from 'react'

import { useRun } from '@/components/client/operations'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { ProblemMessage } from '@/components/ui/problem-message'
import { Select } from '@/components/ui/select'
import { ShownOnce } from '@/components/ui/shown-once'
import { useSubmit } from '@/components/ui/use-submit'
import { tokenCreate } from '@/lib/contract/doors'
import { TOKEN_SCOPES, type TokenScope } from '@/lib/domain/permission'

import { SCOPE_WORDS } from './scope-words'

export type CreateTokenDialogProps = { organizations: readonly { id: string; name: string }[]; onClose: () => void }

const EXPIRIES = [
  { value: '7', label: 'In 7 days' },
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In a year' },
  { value: 'never', label: 'Never' },
] as const

type Expiry = (typeof EXPIRIES)[number]['value']

/** Name, scope and end of a token; then its value, shown once. */
export function CreateTokenDialog({ organizations, onClose }: CreateTokenDialogProps) {
  const run = useRun()
  const router = useRouter()
  const [name, setName] = useState('')
  const [scope, setScope] = useState<TokenScope>('deploy')
  const [expiry, setExpiry] = useState<Expiry>('90')
  const [organizationId, setOrganizationId] = useState(organizations[0]?.id ?? '')
  const [value, setValue] = useState<string | null>(null)
  const { submit, pending, error, fieldError } = useSubmit(async () => {
    const created = await run(tokenCreate, { name, scope, organizationId, expiresInDays: expiry === 'never' ? null : Number(expiry) })
    setValue(created.value)
    router.refresh()
  })
  const send = (event: FormEvent) => {
    event.preventDefault()
    void submit()
  }
  if (value !== null) {
    return (
      <Dialog open onOpenChange={onClose} title="Copy the token now" description="Easel keeps only a hash of it, so it cannot be shown again." footer={<Button variant="primary" onClick={onClose}>Done</Button>}>
        <ShownOnce label="Token" value={value} />
      </Dialog>
    )
  }
  return (
    <Dialog open onOpenChange={onClose} title="New token">
      <form onSubmit={send} noValidate className="space-y-4">
        <Field label="Name" required error={fieldError('name')} hint="What it is for, so that you know what breaks when you revoke it.">
          <Input name="name" value={name} onChange={(event) => setName(event.target.value)} autoComplete="off" />
        </Field>
        {organizations.length > 1 ? (
          <Field label="Organization" error={fieldError('organizationId')}>
            <Select value={organizationId} onValueChange={setOrganizationId} options={organizations.map(({ id, name: label }) => ({ value: id, label }))} />
          </Field>
        ) : null}
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="It may" error={fieldError('scope')} hint={SCOPE_WORDS[scope].may}>
            <Select value={scope} onValueChange={setScope} options={TOKEN_SCOPES.map((each) => ({ value: each, label: SCOPE_WORDS[each].word, hint: SCOPE_WORDS[each].may }))} />
          </Field>
          <Field label="It ends" error={fieldError('expiresInDays')}>
            <Select value={expiry} onValueChange={setExpiry} options={EXPIRIES} />
          </Field>
        </div>
        <ProblemMessage error={error} shownFields={['name', 'scope', 'expiresInDays', 'organizationId']} />
        <div className="flex justify-end gap-2">
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" loading={pending}>
            Create token
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
