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
import { invitationCreate } from '@/lib/contract/doors'
import type { Role } from '@/lib/domain/permission'

import { roleOptions } from './assignable-roles'

export type InviteDialogProps = { organizationId: string; actor: Role; onClose: () => void }

/** Email and role; then the link, shown once. */
export function InviteDialog({ organizationId, actor, onClose }: InviteDialogProps) {
  const run = useRun()
  const router = useRouter()
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('developer')
  const [link, setLink] = useState<string | null>(null)
  const { submit, pending, error, fieldError } = useSubmit(async () => {
    const created = await run(invitationCreate, { organizationId, email, role })
    setLink(created.url)
    router.refresh()
  })
  const send = (event: FormEvent) => {
    event.preventDefault()
    void submit()
  }
  if (link !== null) {
    return (
      <Dialog open onOpenChange={onClose} title="Send this link" description={`It invites ${email} and is shown only now. Easel sends no email itself.`} footer={<Button variant="primary" onClick={onClose}>Done</Button>}>
        <ShownOnce label="Invitation link" value={link} />
      </Dialog>
    )
  }
  return (
    <Dialog open onOpenChange={onClose} title="Invite a person">
      <form onSubmit={send} noValidate className="space-y-4">
        <Field label="Email" required error={fieldError('email')}>
          <Input type="email" name="email" value={email} onChange={(event) => setEmail(event.target.value)} autoComplete="off" />
        </Field>
        <Field label="Role" error={fieldError('role')}>
          <Select value={role} onValueChange={setRole} options={roleOptions(actor)} />
        </Field>
        <ProblemMessage error={error} shownFields={['email', 'role']} />
        <div className="flex justify-end gap-2">
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" loading={pending}>
            Create link
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
