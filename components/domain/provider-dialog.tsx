'use client'

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
import { domainUpdate } from '@/lib/contract/doors'
import type { DnsSettings } from '@/lib/contract/domain'

import type { DomainDialogProps } from './delete-domain'

type Provider = DnsSettings['provider']
type Typed = Record<'token' | 'url' | 'username' | 'password' | 'subdomain' | 'secret', string>

const PROVIDERS: { value: Provider; label: string }[] = [
  { value: 'cloudflare', label: 'Cloudflare' },
  { value: 'acme-dns', label: 'acme-dns server' },
  { value: 'webhook', label: 'Webhook of your own' },
]
const FIELDS: Record<Provider, { name: keyof Typed; label: string; hint?: string; isSecret?: boolean }[]> = {
  cloudflare: [{ name: 'token', label: 'API token', hint: 'With the permissions Zone Read and DNS Edit for this zone.', isSecret: true }],
  'acme-dns': [
    { name: 'url', label: 'Address', hint: 'Such as https://auth.example.com.' },
    { name: 'username', label: 'User' },
    { name: 'password', label: 'Password', isSecret: true },
    { name: 'subdomain', label: 'Subdomain' },
  ],
  webhook: [
    { name: 'url', label: 'Address', hint: 'It is sent what to set and what to remove.' },
    { name: 'secret', label: 'Secret that signs', hint: 'May be empty.', isSecret: true },
  ],
}

/** Who sets DNS records while a certificate is asked for. */
export function ProviderDialog({ domain, onChanged, onClose }: DomainDialogProps) {
  const run = useRun()
  const [provider, setProvider] = useState<Provider>(PROVIDERS.find(({ value }) => value === domain.dnsProvider)?.value ?? 'cloudflare')
  const [typed, setTyped] = useState<Typed>({ token: '', url: '', username: '', password: '', subdomain: '', secret: '' })
  const { submit, pending, error, fieldError } = useSubmit((dns: DnsSettings | null) => run(domainUpdate, { domainId: domain.id, dns }))
  const done = async (dns: DnsSettings | null) => {
    if (!(await submit(dns))) return
    toast.success(dns === null ? 'The provider is forgotten.' : 'The provider is kept, and a certificate is asked for soon.')
    onChanged()
    onClose()
  }
  const send = (event: FormEvent) => {
    event.preventDefault()
    const given = FIELDS[provider].map(({ name }) => [name, typed[name].trim()] as const).filter(([, value]) => value !== '')
    void done({ provider, ...Object.fromEntries(given) } as DnsSettings)
  }
  return (
    <Dialog open onOpenChange={(open) => (open || pending ? undefined : onClose())} title={`DNS provider of ${domain.display}`} description="A certificate for a wildcard is given only to who can set DNS records. What you type is sealed, and never shown again.">
      <form onSubmit={send} className="space-y-4" noValidate>
        <Field label="Provider">
          <Select value={provider} onValueChange={setProvider} options={PROVIDERS} />
        </Field>
        {FIELDS[provider].map(({ name, label, hint, isSecret }) => (
          <Field key={name} label={label} hint={hint} error={fieldError(`dns.${name}`)}>
            <Input type={isSecret ? 'password' : 'text'} value={typed[name]} onChange={(event) => setTyped((before) => ({ ...before, [name]: event.target.value }))} autoComplete="off" spellCheck={false} />
          </Field>
        ))}
        <ProblemMessage error={error} />
        <div className="flex justify-end gap-2">
          {domain.dnsProvider === null ? null : (
            <Button variant="ghost" disabled={pending} onClick={() => void done(null)}>
              Forget {PROVIDERS.find(({ value }) => value === domain.dnsProvider)?.label ?? domain.dnsProvider}
            </Button>
          )}
          <Button type="submit" variant="primary" loading={pending}>
            Keep
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
