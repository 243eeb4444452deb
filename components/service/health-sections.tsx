'use client'

import { Field } from '@/components/ui/field'
import { Select } from '@/components/ui/select'

import type { SettingsDraft } from './settings-draft'
import { Amount, Section, Text, type SectionProps } from './settings-section'

const KINDS = [
  { value: 'auto', label: 'Automatic', hint: 'The port accepts a connection; if it speaks HTTP, GET the path answers 2xx or 3xx. For / any answer below 500 will do.' },
  { value: 'http', label: 'HTTP', hint: 'GET the path answers 2xx or 3xx.' },
  { value: 'tcp', label: 'TCP', hint: 'The port accepts a connection.' },
  { value: 'command', label: 'Command', hint: 'A command in the folder of the service ends with code 0.' },
] as const

const OF_DATABASES = 'It is well when it answers a question of its own engine, asked with its credentials. One that stops answering is degraded, and started afresh after a while.'

/** How it is found out whether the service is well. */
export function HealthSection({ service, draft, onChange, fieldError, readOnly }: SectionProps) {
  const isDatabase = service.source.type === 'database'
  const { health } = draft
  const set = (part: Partial<SettingsDraft['health']>) => onChange({ ...draft, health: { ...health, ...part } })
  const amount = (key: 'intervalS' | 'timeoutS' | 'failures' | 'successes' | 'deadlineS' | 'restartAfterS', label: string, hint: string) => (
    <Amount label={label} hint={hint} unit={key.endsWith('S') ? 's' : null} error={fieldError(`settings.health.${key}`)} value={health[key]} onChange={(value) => set({ [key]: value })} readOnly={readOnly} />
  )
  return (
    <Section id="health" title="Health" hint={isDatabase ? OF_DATABASES : 'Traffic moves to a new version when it is healthy. A version that stops answering is degraded, and started afresh after a while.'}>
      <div className={isDatabase ? 'hidden' : 'grid gap-4 sm:grid-cols-2'}>
        <Field label="Check">
          <Select value={health.kind} onValueChange={(kind) => set({ kind })} options={KINDS} disabled={readOnly} />
        </Field>
        {health.kind === 'auto' || health.kind === 'http' ? <Text mono label="Path" error={fieldError('settings.health.path')} value={health.path} onChange={(path) => set({ path })} readOnly={readOnly} /> : null}
        {health.kind === 'command' ? (
          <Text mono required label="Command" placeholder="node check.js" error={fieldError('settings.health.command')} value={health.command} onChange={(command) => set({ command })} readOnly={readOnly} />
        ) : null}
      </div>
      <div className="grid grid-cols-2 gap-4 sm:grid-cols-3">
        {amount('deadlineS', 'Grace', 'A new version has so long to become healthy.')}
        {amount('intervalS', 'Interval', 'Between two checks.')}
        {amount('timeoutS', 'Timeout', 'One check takes at most.')}
        {amount('failures', 'Failures', 'Failed checks in a row until it is unhealthy.')}
        {amount('successes', 'Successes', 'Passed checks in a row until it is healthy.')}
        {amount('restartAfterS', 'Restart after', 'Unhealthy for so long, it is started afresh.')}
      </div>
    </Section>
  )
}

const POLICIES = [
  { value: 'always', label: 'Always', hint: 'Whatever its exit code, for ever, after longer and longer waits.' },
  { value: 'on_failure', label: 'On failure', hint: 'Unless it ended with code 0, and only so many times in a row.' },
  { value: 'never', label: 'Never', hint: 'It stays as it is until it is deployed again.' },
] as const

/** What happens when it exits. */
export function RestartSection({ draft, onChange, fieldError, readOnly }: SectionProps) {
  const { restart } = draft
  const set = (part: Partial<SettingsDraft['restart']>) => onChange({ ...draft, restart: { ...restart, ...part } })
  return (
    <Section id="restart" title="Restart" hint="What happens when a version that has been healthy exits.">
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Start it again">
          <Select value={restart.policy} onValueChange={(policy) => set({ policy })} options={POLICIES} disabled={readOnly} />
        </Field>
        {restart.policy === 'on_failure' ? (
          <Amount label="Starts in a row" unit={null} hint="Then it is given up. Five minutes of health begin the count anew." error={fieldError('settings.restart.limit')} value={restart.limit} onChange={(limit) => set({ limit })} readOnly={readOnly} />
        ) : null}
      </div>
    </Section>
  )
}
