'use client'

import { useState, type FormEvent } from 'react'

import { useRun } from '@/components/client/operations'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { ProblemMessage } from '@/components/ui/problem-message'
import { Tabs } from '@/components/ui/tabs'
import { toast } from '@/components/ui/toast'
import { useSubmit } from '@/components/ui/use-submit'
import { targetCreate, targetUpdate } from '@/lib/contract/doors'
import type { TargetView } from '@/lib/contract/target'

import { SshFields, TlsFields } from './connection-fields'
import { connectionOf, draftOf } from './target-draft'

const SHOWN = ['name', 'publishedAddress', 'connection.host', 'connection.port', 'connection.user', 'connection.privateKey', 'connection.hostKey', 'connection.tls', 'connection.tls.ca', 'connection.tls.certificate', 'connection.tls.key']

export type TargetDialogProps = { organizationId: string; /** Null for a new one. */ target: TargetView | null; onDone: () => void; onClose: () => void }

/** A Docker engine on another machine: how it is called and how it is reached. */
export function TargetDialog({ organizationId, target, onDone, onClose }: TargetDialogProps) {
  const run = useRun()
  const [draft, setDraft] = useState(() => draftOf(target))
  const set = (change: Partial<typeof draft>) => setDraft((before) => ({ ...before, ...change }))
  const { submit, pending, error, fieldError } = useSubmit(async () => {
    const publishedAddress = draft.publishedAddress.trim() === '' ? null : draft.publishedAddress.trim()
    const input = { organizationId, name: draft.name, connection: connectionOf(draft), publishedAddress }
    await (target === null ? run(targetCreate, input) : run(targetUpdate, { ...input, targetId: target.id }))
    toast.success(target === null ? 'Target added. It is being looked at.' : 'Target saved. It is being looked at.')
    onDone()
    onClose()
  })
  const send = (event: FormEvent) => {
    event.preventDefault()
    void submit()
  }
  const fields = { value: draft, set, isNew: target === null || target.connection.kind !== draft.kind, fieldError }
  return (
    <Dialog open onOpenChange={(open) => (open || pending ? undefined : onClose())} title={target === null ? 'Add target' : `Edit ${target.name}`} description="A Docker engine on another machine.">
      <form onSubmit={send} noValidate className="space-y-4">
        <Field label="Name" required error={fieldError('name')}>
          <Input name="name" value={draft.name} onChange={(event) => set({ name: event.target.value })} autoComplete="off" placeholder="build-1" />
        </Field>
        <Tabs
          label="How it is reached"
          value={draft.kind}
          onValueChange={(kind) => set({ kind })}
          tabs={[
            { value: 'ssh', label: 'SSH', content: <SshFields {...fields} /> },
            { value: 'tcp', label: 'TLS', content: <TlsFields {...fields} /> },
          ]}
        />
        <Field label="Address of what runs there" error={fieldError('publishedAddress')} hint="Where requests are sent to, when that is not the host above, such as an address of a private network.">
          <Input value={draft.publishedAddress} onChange={(event) => set({ publishedAddress: event.target.value })} autoComplete="off" spellCheck={false} />
        </Field>
        {target !== null && target.environments > 0 ? (
          <p className="text-meta text-warning">Environments are on this target. Another machine under this name would not have what runs there now.</p>
        ) : null}
        <ProblemMessage error={error} shownFields={SHOWN} />
        <div className="flex justify-end gap-2">
          <Button variant="ghost" disabled={pending} onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" loading={pending}>
            {target === null ? 'Add target' : 'Save'}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
