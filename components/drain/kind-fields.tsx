'use client'

import { Checkbox } from '@/components/ui/checkbox'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { Textarea } from '@/components/ui/textarea'

import type { DrainDraft } from './drain-draft'

export type KindFieldsProps = { draft: DrainDraft; set: (change: Partial<DrainDraft>) => void; fieldError: (path: string) => string | undefined }

const ADDRESS: Record<'http' | 'loki' | 'otlp', { placeholder: string; hint: string }> = {
  http: { placeholder: 'https://logs.example.com/in', hint: 'Gets POSTs with JSON, as docs/drains.md says. Redirects are not followed.' },
  loki: { placeholder: 'https://loki.example.com', hint: 'Of the server; /loki/api/v1/push is added to it.' },
  otlp: { placeholder: 'https://otlp.example.com', hint: 'OTLP over HTTP, usually port 4318; /v1/logs and /v1/metrics are added to it.' },
}
const TRANSPORTS = [
  { value: 'tls' as const, label: 'TLS', hint: 'Usually port 6514.' },
  { value: 'tcp' as const, label: 'TCP', hint: 'In the clear, usually port 601 or 514.' },
  { value: 'udp' as const, label: 'UDP', hint: 'In the clear, and nobody says whether it arrived.' },
]
const FACILITIES = ['kern', 'user', 'mail', 'daemon', 'auth', 'syslog', 'lpr', 'news', 'uucp', 'cron', 'authpriv', 'ftp', 'ntp', 'audit', 'alert', 'clock', 'local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7'].map((label, number) => ({ value: String(number), label }))

/** What each kind of drain needs to know. */
export function KindFields({ draft, set, fieldError }: KindFieldsProps) {
  return (
    <>
      {draft.kind === 'syslog' ? <SyslogFields draft={draft} set={set} fieldError={fieldError} /> : <AddressField kind={draft.kind} draft={draft} set={set} fieldError={fieldError} />}
      {draft.kind === 'http' ? (
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Format">
            <Select value={draft.format} onValueChange={(format) => set({ format })} options={[{ value: 'ndjson', label: 'NDJSON', hint: 'One object on each line.' }, { value: 'json', label: 'JSON', hint: 'An array of objects.' }]} />
          </Field>
          <div className="sm:pt-7">
            <Checkbox checked={draft.isCompressed} onCheckedChange={(isCompressed) => set({ isCompressed })} label="Compressed by gzip" />
          </div>
        </div>
      ) : null}
      {draft.kind === 'loki' ? (
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Tenant" error={fieldError('settings.tenant')} hint="Empty: Loki has one only.">
            <Input name="tenant" value={draft.tenant} onChange={(event) => set({ tenant: event.target.value })} autoComplete="off" spellCheck={false} />
          </Field>
          <div className="sm:pt-7">
            <Checkbox checked={draft.hasMetadata} onCheckedChange={(hasMetadata) => set({ hasMetadata })} label="Structured metadata" hint="Ids and attributes. Needs Loki 3." />
          </div>
        </div>
      ) : null}
      {draft.kind === 'otlp' ? <OtlpFields draft={draft} set={set} fieldError={fieldError} /> : null}
      {draft.kind === 'syslog' && draft.transport !== 'tls' ? null : (
        <details>
          <summary className="cursor-pointer text-muted">Certificate of your own authority</summary>
          <Field label="Certificate in PEM" hideLabel error={fieldError('settings.ca')} hint="Only for servers whose certificate is not signed by a public authority." className="mt-2">
            <Textarea name="ca" rows={3} value={draft.ca} onChange={(event) => set({ ca: event.target.value })} placeholder="-----BEGIN CERTIFICATE-----" autoComplete="off" spellCheck={false} />
          </Field>
        </details>
      )}
    </>
  )
}

function AddressField({ kind, draft, set, fieldError }: KindFieldsProps & { kind: 'http' | 'loki' | 'otlp' }) {
  return (
    <Field label="Address" required error={fieldError('settings.url')} hint={ADDRESS[kind].hint}>
      <Input name="url" value={draft.url} onChange={(event) => set({ url: event.target.value })} placeholder={ADDRESS[kind].placeholder} autoComplete="off" spellCheck={false} />
    </Field>
  )
}

function SyslogFields({ draft, set, fieldError }: KindFieldsProps) {
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-[1fr_6rem]">
        <Field label="Server" required error={fieldError('settings.host')}>
          <Input name="host" value={draft.host} onChange={(event) => set({ host: event.target.value })} placeholder="logs.example.com" autoComplete="off" spellCheck={false} />
        </Field>
        <Field label="Port" required error={fieldError('settings.port')}>
          <Input name="port" value={draft.port} onChange={(event) => set({ port: event.target.value })} inputMode="numeric" autoComplete="off" />
        </Field>
      </div>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Transport">
          <Select value={draft.transport} onValueChange={(transport) => set({ transport })} options={TRANSPORTS} />
        </Field>
        <Field label="Facility" error={fieldError('settings.facility')}>
          <Select value={draft.facility} onValueChange={(facility) => set({ facility })} options={FACILITIES} />
        </Field>
      </div>
    </>
  )
}

function OtlpFields({ draft, set, fieldError }: KindFieldsProps) {
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Encoding">
          <Select value={draft.encoding} onValueChange={(encoding) => set({ encoding })} options={[{ value: 'protobuf', label: 'Protobuf' }, { value: 'json', label: 'JSON' }]} />
        </Field>
        <Field label="Counts of metrics">
          <Select value={draft.temporality} onValueChange={(temporality) => set({ temporality })} options={[{ value: 'cumulative', label: 'Cumulative', hint: 'What Prometheus and most stores expect.' }, { value: 'delta', label: 'Delta', hint: 'What came in each step.' }]} disabled={!draft.hasMetrics} />
        </Field>
      </div>
      <fieldset className="space-y-1.5">
        <legend className="mb-1.5 font-medium">What is sent</legend>
        <Checkbox checked={draft.hasLogs} onCheckedChange={(hasLogs) => set({ hasLogs })} label="Log lines" />
        <Checkbox checked={draft.hasMetrics} onCheckedChange={(hasMetrics) => set({ hasMetrics })} label="Metrics" hint="CPU, memory, network, requests, databases and volumes, every ten seconds." />
        {fieldError('settings.sends') === undefined ? null : (
          <p role="alert" className="text-meta text-bad">
            {fieldError('settings.sends')}
          </p>
        )}
      </fieldset>
    </>
  )
}
