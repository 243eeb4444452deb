'use client'

import type { ReactNode } from 'react'

import { useEnvironment } from '@/components/canvas/canvas-context'
import { GitSourceFields } from '@/components/project/git-source-fields'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import type { ServiceView } from '@/lib/contract/service'

import { detectedCommands, type SettingsDraft } from './settings-draft'

export type SectionProps = {
  service: ServiceView
  draft: SettingsDraft
  onChange: (draft: SettingsDraft) => void
  fieldError: (path: string) => string | undefined
  readOnly: boolean
}

/** A titled group of fields. */
export function Section({ title, hint, id, children }: { title: string; hint?: string; id: string; children: ReactNode }) {
  return (
    <section aria-labelledby={id} className="border-b border-line pb-6">
      <h3 id={id} className="font-medium">
        {title}
      </h3>
      {hint ? <p className="text-meta text-faint">{hint}</p> : null}
      <div className="mt-3 space-y-4">{children}</div>
    </section>
  )
}

export function SourceSection({ service, draft, onChange, fieldError, readOnly }: SectionProps) {
  const { sshKeys } = useEnvironment()
  const set = (part: Partial<SettingsDraft['source']>) => onChange({ ...draft, source: { ...draft.source, ...part } })
  return (
    <Section id="source" title="Source">
      <Field label="Name" required error={fieldError('name')} hint="References in the variables of other services use it. Its address stays as it is.">
        <Input name="name" value={draft.name} readOnly={readOnly} onChange={(event) => onChange({ ...draft, name: event.target.value })} autoComplete="off" />
      </Field>
      {service.source.type === 'git' ? <GitSourceFields value={draft.source} onChange={set} sshKeys={sshKeys} fieldError={fieldError} /> : null}
      {service.source.type === 'local' ? (
        <div className="grid gap-4 sm:grid-cols-2">
          <Text mono label="Folder" required error={fieldError('source.path')} value={draft.source.path} onChange={(path) => set({ path })} readOnly={readOnly} />
          <Text mono label="Root directory" error={fieldError('source.rootDirectory')} hint="The folder of the app, such as apps/web." value={draft.source.rootDirectory} onChange={(rootDirectory) => set({ rootDirectory })} readOnly={readOnly} />
        </div>
      ) : null}
      {service.source.type === 'template' ? (
        <p className="text-muted">
          Made from the template <span className="font-mono text-code text-ink">{service.source.template}</span>. To run code of your own, add a service from a repository.
        </p>
      ) : null}
    </Section>
  )
}

export function BuildSection({ service, draft, onChange, fieldError, readOnly }: SectionProps) {
  const detected = detectedCommands(service.inspection?.recipe ?? null)
  const set = (part: Partial<SettingsDraft['commands']>) => onChange({ ...draft, commands: { ...draft.commands, ...part } })
  const { commands } = draft
  return (
    <Section id="build" title="Build" hint="Empty fields are decided by what the source says. Commands run without a shell.">
      <Text mono label="Install command" placeholder={detected.install} error={fieldError('settings.installCommand')} value={commands.installCommand} onChange={(installCommand) => set({ installCommand })} readOnly={readOnly} />
      <Text mono label="Build command" placeholder={detected.build} error={fieldError('settings.buildCommand')} value={commands.buildCommand} onChange={(buildCommand) => set({ buildCommand })} readOnly={readOnly} />
      <Text mono label="Start command" placeholder={detected.start} error={fieldError('settings.startCommand')} value={commands.startCommand} onChange={(startCommand) => set({ startCommand })} readOnly={readOnly} />
      <Text
        mono
        label="Output directory"
        placeholder={detected.output}
        hint="The folder with the built files. Setting it makes the service a static site."
        error={fieldError('settings.outputDirectory')}
        value={commands.outputDirectory}
        onChange={(outputDirectory) => set({ outputDirectory })}
        readOnly={readOnly}
      />
    </Section>
  )
}

const KINDS = [
  { value: 'auto', label: 'Automatic', hint: 'The port accepts a connection; if it speaks HTTP, the path answers below 500.' },
  { value: 'http', label: 'HTTP', hint: 'GET the path answers 2xx or 3xx.' },
  { value: 'tcp', label: 'TCP', hint: 'The port accepts a connection.' },
] as const

export function HealthSection({ draft, onChange, fieldError, readOnly }: SectionProps) {
  const { health } = draft
  const set = (part: Partial<SettingsDraft['health']>) => onChange({ ...draft, health: { ...health, ...part } })
  const amount = (key: 'intervalS' | 'timeoutS' | 'failures' | 'deadlineS', label: string, hint: string) => (
    <Text numeric label={label} hint={hint} error={fieldError(`settings.health.${key}`)} value={health[key]} onChange={(value) => set({ [key]: value })} readOnly={readOnly} />
  )
  return (
    <Section id="health" title="Health" hint="Traffic moves to a new version when it is healthy. Until then the former one keeps serving.">
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Check">
          <Select value={health.kind} onValueChange={(kind) => set({ kind })} options={KINDS} disabled={readOnly} />
        </Field>
        {health.kind === 'tcp' ? null : <Text mono label="Path" error={fieldError('settings.health.path')} value={health.path} onChange={(path) => set({ path })} readOnly={readOnly} />}
      </div>
      <div className="grid grid-cols-2 gap-4 sm:grid-cols-4">
        {amount('deadlineS', 'Deadline', 'Seconds to become healthy')}
        {amount('intervalS', 'Interval', 'Seconds between checks')}
        {amount('timeoutS', 'Timeout', 'Seconds per check')}
        {amount('failures', 'Failures', 'In a row until unhealthy')}
      </div>
      <Text numeric label="Drain" hint="Seconds the former version keeps running after the traffic has moved." error={fieldError('settings.drainS')} value={draft.drainS} onChange={(drainS) => onChange({ ...draft, drainS })} readOnly={readOnly} />
    </Section>
  )
}

type TextProps = { label: string; value: string; onChange: (value: string) => void; readOnly: boolean; error?: string; hint?: string; placeholder?: string; required?: boolean; mono?: boolean; numeric?: boolean }

function Text({ label, value, onChange, readOnly, error, hint, placeholder, required, mono, numeric }: TextProps) {
  return (
    <Field label={label} error={error} hint={hint} required={required}>
      <Input
        mono={mono}
        value={value}
        readOnly={readOnly}
        placeholder={placeholder}
        inputMode={numeric ? 'numeric' : undefined}
        className={numeric ? 'max-w-32' : undefined}
        onChange={(event) => onChange(event.target.value)}
        autoComplete="off"
        spellCheck={false}
      />
    </Field>
  )
}
