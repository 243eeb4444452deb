'use client'

import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { Textarea } from '@/components/ui/textarea'

import type { ChannelDraft } from './channel-draft'

const SECURITIES = [
  { value: 'starttls' as const, label: 'STARTTLS', hint: 'Usually port 587. Refused where the server does not offer it.' },
  { value: 'tls' as const, label: 'TLS', hint: 'From the first byte, usually port 465.' },
  { value: 'none' as const, label: 'None', hint: 'In the clear; without a user only.' },
]

export type EmailFieldsProps = { draft: ChannelDraft; set: (change: Partial<ChannelDraft>) => void; fieldError: (path: string) => string | undefined }

/** The server that takes e-mail, and whom it is for. */
export function EmailFields({ draft, set, fieldError }: EmailFieldsProps) {
  const input = (name: 'host' | 'port' | 'username' | 'from', placeholder = '') => <Input name={name} value={draft[name]} placeholder={placeholder} onChange={(event) => set({ [name]: event.target.value })} autoComplete="off" spellCheck={false} />
  const toError = fieldError('settings.to') ?? draft.to.split(/[\s,;]+/).map((_, i) => fieldError(`settings.to.${i}`)).find((each) => each !== undefined)
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-[1fr_6rem]">
        <Field label="Server" required error={fieldError('settings.host')}>
          {input('host', 'smtp.example.com')}
        </Field>
        <Field label="Port" required error={fieldError('settings.port')}>
          {input('port')}
        </Field>
      </div>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Encryption" error={fieldError('settings.security')}>
          <Select value={draft.security} onValueChange={(security) => set({ security })} options={SECURITIES} />
        </Field>
        <Field label="User" error={fieldError('settings.username')} hint="Empty: the server wants no sign-in.">
          {input('username')}
        </Field>
      </div>
      <Field label="From" required error={fieldError('settings.from')}>
        {input('from', 'Easel <easel@example.com>')}
      </Field>
      <Field label="To" required error={toError} hint="One address on each line.">
        <Textarea name="to" rows={2} value={draft.to} onChange={(event) => set({ to: event.target.value })} autoComplete="off" spellCheck={false} />
      </Field>
    </>
  )
}
