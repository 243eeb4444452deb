'use client'

import { Checkbox } from '@/components/ui/checkbox'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Textarea } from '@/components/ui/textarea'

import type { TargetDraft } from './target-draft'

export type ConnectionFieldsProps = { value: TargetDraft; set: (change: Partial<TargetDraft>) => void; isNew: boolean; fieldError: (path: string) => string | undefined }

/** A machine that is reached as a user of it. */
export function SshFields({ value, set, isNew, fieldError }: ConnectionFieldsProps) {
  return (
    <div className="space-y-4">
      <HostFields value={value} set={set} port="sshPort" fieldError={fieldError} />
      <Field label="User" required error={fieldError('connection.user')} hint="Allowed to use Docker there, such as a member of the group docker.">
        <Input value={value.user} onChange={(event) => set({ user: event.target.value })} autoComplete="off" spellCheck={false} />
      </Field>
      <Checkbox
        checked={value.ownKey}
        onCheckedChange={(ownKey) => set({ ownKey })}
        label={isNew ? 'Use a private key that exists' : 'Replace the private key'}
        hint={isNew ? 'Otherwise a new pair is made, and its public part is shown to be added there.' : 'Otherwise the present one stays.'}
      />
      {value.ownKey ? (
        <Field label="Private key" required error={fieldError('connection.privateKey')} hint="Without a passphrase. It is kept encrypted and never shown again.">
          <Textarea mono rows={5} value={value.privateKey} onChange={(event) => set({ privateKey: event.target.value })} autoComplete="off" spellCheck={false} placeholder="-----BEGIN OPENSSH PRIVATE KEY-----" />
        </Field>
      ) : null}
      <Field label="Host key" error={fieldError('connection.hostKey')} hint="A line of ssh-keyscan, compared with what the machine shows. Without one, known_hosts of the machine Easel runs on decides.">
        <Textarea mono rows={2} value={value.hostKey} onChange={(event) => set({ hostKey: event.target.value })} autoComplete="off" spellCheck={false} placeholder="ssh-ed25519 AAAA…" />
      </Field>
    </div>
  )
}

/** An engine that listens to the network and knows its clients by their certificate. */
export function TlsFields({ value, set, isNew, fieldError }: ConnectionFieldsProps) {
  const keep = isNew ? undefined : 'Leave all three empty to keep those that are there.'
  const missing = fieldError('connection.tls')
  return (
    <div className="space-y-4">
      <HostFields value={value} set={set} port="tlsPort" fieldError={fieldError} />
      <Field label="Certificate of the authority" required={isNew} error={missing ?? fieldError('connection.tls.ca')} hint={keep ?? 'ca.pem: who has signed the certificate of the engine.'}>
        <Textarea mono rows={3} value={value.ca} onChange={(event) => set({ ca: event.target.value })} autoComplete="off" spellCheck={false} placeholder="-----BEGIN CERTIFICATE-----" />
      </Field>
      <Field label="Client certificate" required={isNew} error={fieldError('connection.tls.certificate')} hint={isNew ? 'cert.pem: what Easel shows the engine.' : undefined}>
        <Textarea mono rows={3} value={value.certificate} onChange={(event) => set({ certificate: event.target.value })} autoComplete="off" spellCheck={false} placeholder="-----BEGIN CERTIFICATE-----" />
      </Field>
      <Field label="Key of the client certificate" required={isNew} error={fieldError('connection.tls.key')} hint="key.pem, without a passphrase. It is kept encrypted and never shown again.">
        <Textarea mono rows={3} value={value.key} onChange={(event) => set({ key: event.target.value })} autoComplete="off" spellCheck={false} placeholder="-----BEGIN PRIVATE KEY-----" />
      </Field>
    </div>
  )
}

type HostFieldsProps = Pick<ConnectionFieldsProps, 'value' | 'set' | 'fieldError'> & { port: 'sshPort' | 'tlsPort' }

function HostFields({ value, set, port, fieldError }: HostFieldsProps) {
  return (
    <div className="flex items-start gap-3">
      <Field label="Host" required error={fieldError('connection.host')} className="flex-1">
        <Input value={value.host} onChange={(event) => set({ host: event.target.value })} autoComplete="off" spellCheck={false} placeholder="build-1.example.com" />
      </Field>
      <Field label="Port" error={fieldError('connection.port')} className="w-24">
        <Input inputMode="numeric" value={value[port]} onChange={(event) => set({ [port]: event.target.value })} autoComplete="off" />
      </Field>
    </div>
  )
}
