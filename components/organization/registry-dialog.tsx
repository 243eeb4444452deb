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
import { toast } from '@/components/ui/toast'
import { useSubmit } from '@/components/ui/use-submit'
import { registryCreate, registryUpdate } from '@/lib/contract/doors'
import type { RegistryView } from '@/lib/contract/registry'

export type RegistryDialogProps = { organizationId: string; /** Null for a new one. */ registry: RegistryView | null; onClose: () => void }

/** Address and credentials; a password that is there is never shown, and stays when the field is left empty. */
export function RegistryDialog({ organizationId, registry, onClose }: RegistryDialogProps) {
  const run = useRun()
  const router = useRouter()
  const [name, setName] = useState(registry?.name ?? '')
  const [server, setServer] = useState(registry?.server ?? '')
  const [username, setUsername] = useState(registry?.username ?? '')
  const [password, setPassword] = useState('')
  const [keeps, setKeeps] = useState((registry?.keepsBuildsIn ?? null) !== null)
  const [prefix, setPrefix] = useState(registry?.keepsBuildsIn ?? '')
  const { submit, pending, error, fieldError } = useSubmit(async () => {
    const keepsBuildsIn = keeps ? prefix : null
    if (registry === null) await run(registryCreate, { organizationId, name, server, username, password, keepsBuildsIn })
    else await run(registryUpdate, { organizationId, registryId: registry.id, name, username, keepsBuildsIn, ...(password === '' ? {} : { password }) })
    toast.success(registry === null ? 'Registry added. The sign-in is being tried.' : 'Registry changed. The sign-in is being tried.')
    router.refresh()
    onClose()
  })
  const send = (event: FormEvent) => {
    event.preventDefault()
    void submit()
  }
  return (
    <Dialog open onOpenChange={onClose} title={registry === null ? 'New registry' : `Change ${registry.name}`}>
      <form onSubmit={send} noValidate className="space-y-4">
        <Field label="Name" required error={fieldError('name')}>
          <Input name="name" value={name} onChange={(event) => setName(event.target.value)} autoComplete="off" />
        </Field>
        {registry === null ? (
          <Field label="Server" required error={fieldError('server')} hint="Such as ghcr.io, docker.io or registry.example.com:5000.">
            <Input name="server" value={server} onChange={(event) => setServer(event.target.value)} autoComplete="off" spellCheck={false} />
          </Field>
        ) : null}
        <Field label="User name" required error={fieldError('username')}>
          <Input name="username" value={username} onChange={(event) => setUsername(event.target.value)} autoComplete="off" spellCheck={false} />
        </Field>
        <Field label="Password or token" required={registry === null} error={fieldError('password')} hint={registry === null ? 'It is kept encrypted and never shown again.' : 'Leave it empty to keep the one that is there.'}>
          <Input name="password" type="password" value={password} onChange={(event) => setPassword(event.target.value)} autoComplete="new-password" />
        </Field>
        <Checkbox checked={keeps} onCheckedChange={setKeeps} label="Keep built images here" hint="They are sent here after each build, and outlive the machine that made them." />
        {keeps ? (
          <Field label="Repository prefix" required error={fieldError('keepsBuildsIn')} hint="Such as owner/easel. Each service gets a repository below it.">
            <Input name="keepsBuildsIn" value={prefix} onChange={(event) => setPrefix(event.target.value)} autoComplete="off" spellCheck={false} />
          </Field>
        ) : null}
        <ProblemMessage error={error} shownFields={['name', 'server', 'username', 'password', 'keepsBuildsIn']} />
        <div className="flex justify-end gap-2">
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" loading={pending}>
            {registry === null ? 'Add registry' : 'Save'}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
