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
import { toast } from '@/components/ui/toast'
import { useSubmit } from '@/components/ui/use-submit'
import { channelCreate, channelUpdate } from '@/lib/contract/doors'
import type { ChannelView } from '@/lib/contract/channel'
import type { ChannelKind } from '@/lib/domain/alert/channel'

import { EMPTY_DRAFT, draftOf, settingsOf, type ChannelDraft } from './channel-draft'
import { EmailFields } from './email-fields'

export type ChannelDialogProps = { organizationId: string; /** Null for a new one. */ channel: ChannelView | null; onClose: () => void }

const KINDS: readonly { value: ChannelKind; label: string }[] = [
  { value: 'email', label: 'E-mail' },
  { value: 'webhook', label: 'Webhook' },
  { value: 'slack', label: 'Slack' },
  { value: 'discord', label: 'Discord' },
]

/** Where a channel leads; a secret that is there is never shown, and stays when the field is left empty. */
export function ChannelDialog({ organizationId, channel, onClose }: ChannelDialogProps) {
  const run = useRun()
  const router = useRouter()
  const [draft, setDraft] = useState<ChannelDraft>(channel === null ? EMPTY_DRAFT : draftOf(channel))
  const [secret, setSecret] = useState('')
  const set = (change: Partial<ChannelDraft>) => setDraft({ ...draft, ...change })
  const { submit, pending, error, fieldError } = useSubmit(async () => {
    const given = { name: draft.name, settings: settingsOf(draft), ...(secret === '' ? {} : { secret }) }
    if (channel === null) await run(channelCreate, { organizationId, ...given })
    else await run(channelUpdate, { organizationId, channelId: channel.id, ...given })
    toast.success(channel === null ? 'Channel added. Send a test to see whether it works.' : 'Channel changed.')
    router.refresh()
    onClose()
  })
  const send = (event: FormEvent) => {
    event.preventDefault()
    void submit()
  }
  const keeps = channel?.hasSecret === true && channel.kind === draft.kind
  const secretField = (label: string, hint: string) => (
    <Field label={label} error={fieldError('secret')} hint={keeps ? 'Leave it empty to keep the one that is there.' : hint}>
      <Input name="secret" type="password" value={secret} onChange={(event) => setSecret(event.target.value)} autoComplete="new-password" />
    </Field>
  )
  return (
    <Dialog open onOpenChange={onClose} title={channel === null ? 'New channel' : `Change ${channel.name}`}>
      <form onSubmit={send} noValidate className="space-y-4">
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Kind">
            <Select value={draft.kind} onValueChange={(kind) => set({ kind })} options={KINDS} disabled={channel !== null} />
          </Field>
          <Field label="Name" required error={fieldError('name')}>
            <Input name="name" value={draft.name} onChange={(event) => set({ name: event.target.value })} autoComplete="off" />
          </Field>
        </div>
        {draft.kind === 'email' ? (
          <>
            <EmailFields draft={draft} set={set} fieldError={fieldError} />
            {secretField('Password', 'Of the user. It is kept encrypted and never shown again.')}
          </>
        ) : null}
        {draft.kind === 'webhook' ? (
          <>
            <Field label="Address" required error={fieldError('settings.url')} hint="Gets a POST with JSON, as docs/alerts.md says. Redirects are not followed.">
              <Input name="url" value={draft.url} onChange={(event) => set({ url: event.target.value })} placeholder="https://example.com/hook" autoComplete="off" spellCheck={false} />
            </Field>
            {secretField('Signing key', 'Optional. With one, requests are signed by HMAC in the header Easel-Signature.')}
          </>
        ) : null}
        {draft.kind === 'slack' || draft.kind === 'discord' ? secretField('Address of the incoming webhook', `${draft.kind === 'slack' ? 'Such as https://hooks.slack.com/services/….' : 'Such as https://discord.com/api/webhooks/….'} It is kept encrypted and never shown again.`) : null}
        <ProblemMessage error={error} shownFields={['name', 'secret', 'settings.url', 'settings.host', 'settings.port', 'settings.username', 'settings.from', 'settings.security']} />
        <div className="flex justify-end gap-2">
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" loading={pending}>
            {channel === null ? 'Add channel' : 'Save'}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
