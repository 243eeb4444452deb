'use client'

import { useRouter } from 'next/navigation'
import { useState, type FormEvent } from 'react'

import { useRun } from '@/components/client/operations'
import { Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { ProblemMessage } from '@/components/ui/problem-message'
import { Textarea } from '@/components/ui/textarea'
import { toast } from '@/components/ui/toast'
import { useSubmit } from '@/components/ui/use-submit'
import { sshKeyCreate } from '@/lib/contract/doors'

/** A name; a private key of one's own, or a new one. */
export function CreateSshKeyDialog({ organizationId, onClose }: { organizationId: string; onClose: () => void }) {
  const run = useRun()
  const router = useRouter()
  const [name, setName] = useState('')
  const [own, setOwn] = useState(false)
  const [privateKey, setPrivateKey] = useState('')
  const { submit, pending, error, fieldError } = useSubmit(async () => {
    await run(sshKeyCreate, { organizationId, name, ...(own ? { privateKey } : {}) })
    toast.success('SSH key added. Copy its public part to the host of the repository.')
    router.refresh()
    onClose()
  })
  const send = (event: FormEvent) => {
    event.preventDefault()
    void submit()
  }
  return (
    <Dialog open onOpenChange={onClose} title="New SSH key">
      <form onSubmit={send} noValidate className="space-y-4">
        <Field label="Name" required error={fieldError('name')}>
          <Input name="name" value={name} onChange={(event) => setName(event.target.value)} autoComplete="off" />
        </Field>
        <Checkbox checked={own} onCheckedChange={setOwn} label="Use a private key that exists" hint="Otherwise a new pair is made; its private part never leaves this instance." />
        {own ? (
          <Field label="Private key" required error={fieldError('privateKey')} hint="Without a passphrase. It is kept encrypted and never shown again.">
            <Textarea mono rows={7} value={privateKey} onChange={(event) => setPrivateKey(event.target.value)} autoComplete="off" spellCheck={false} placeholder="-----BEGIN OPENSSH PRIVATE KEY-----" />
          </Field>
        ) : null}
        <ProblemMessage error={error} shownFields={['name', 'privateKey']} />
        <div className="flex justify-end gap-2">
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" loading={pending}>
            Add key
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
