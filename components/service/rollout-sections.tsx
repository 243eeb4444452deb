'use client'

import { Checkbox } from '@/components/ui/checkbox'
import { Field } from '@/components/ui/field'
import { Select } from '@/components/ui/select'

import type { SettingsDraft } from './settings-draft'
import { Amount, Section, Text, type SectionProps } from './settings-section'

/** A command that runs once before each new version, such as migrations. */
export function PrepareSection({ draft, onChange, fieldError, readOnly }: SectionProps) {
  const { prepare } = draft
  const set = (part: Partial<SettingsDraft['prepare']>) => onChange({ ...draft, prepare: { ...prepare, ...part } })
  return (
    <Section id="prepare" title="Pre-deploy command" hint="Runs once with the new build and its variables before the new version starts, such as migrations. If it fails, the deployment stops and what runs goes on.">
      <div className="grid gap-4 sm:grid-cols-[1fr_11.5rem]">
        <Text mono label="Command" placeholder="Nothing to do" error={fieldError('settings.preDeployCommand')} value={prepare.preDeployCommand} onChange={(preDeployCommand) => set({ preDeployCommand })} readOnly={readOnly} />
        <Amount label="Timeout" unit="s" error={fieldError('settings.preDeployTimeoutS')} value={prepare.preDeployTimeoutS} onChange={(preDeployTimeoutS) => set({ preDeployTimeoutS })} readOnly={readOnly} />
      </div>
    </Section>
  )
}

type RolloutKey = Exclude<keyof SettingsDraft['rollout'], 'rollout'>

function useRollout({ draft, onChange, fieldError, readOnly }: SectionProps) {
  const set = (part: Partial<SettingsDraft['rollout']>) => onChange({ ...draft, rollout: { ...draft.rollout, ...part } })
  const amount = (key: RolloutKey, label: string, hint: string) => (
    <Amount label={label} hint={hint} unit={key.endsWith('S') ? 's' : null} error={fieldError(`settings.${key}`)} value={draft.rollout[key]} onChange={(value) => set({ [key]: value })} readOnly={readOnly} />
  )
  return { set, amount }
}

/** How many processes serve. */
export function ReplicasSection(props: SectionProps) {
  const { amount } = useRollout(props)
  return (
    <Section id="replicas" title="Replicas" hint="Processes behind one address. Requests go to those that are healthy.">
      {amount('replicas', 'Processes', '1 to 20.')}
    </Section>
  )
}

const ROLLOUTS = [
  { value: 'overlap', label: 'Overlap', hint: 'The new version starts beside the former one. No request waits.' },
  { value: 'replace', label: 'Replace', hint: 'The former version ends first: for a service that must not run twice. Requests wait meanwhile.' },
] as const

/** How one version follows another. */
export function RolloutSection(props: SectionProps) {
  const { set, amount } = useRollout(props)
  const { draft, fieldError, readOnly } = props
  const replaces = draft.rollout.rollout === 'replace'
  return (
    <Section id="rollout" title="Rollout" hint="How a new version takes the place of the former one.">
      <Field label="Order" error={fieldError('settings.rollout')} className="sm:max-w-1/2">
        <Select value={draft.rollout.rollout} onValueChange={(rollout) => set({ rollout })} options={ROLLOUTS} disabled={readOnly} />
      </Field>
      <div className="grid grid-cols-2 gap-4 sm:grid-cols-3">
        {replaces || draft.sleep.isOn ? amount('holdS', 'Hold', 'A request waits at most so long while a version is replaced or wakes.') : null}
        {replaces ? null : amount('overlapS', 'Overlap', 'The former version runs on for so long, in any case.')}
        {amount('drainS', 'Drain', 'Open requests and connections have so long to end.')}
        {amount('stopGraceS', 'Stop grace', 'From SIGTERM to SIGKILL.')}
      </div>
    </Section>
  )
}

/** Stopping while nobody asks for it. */
export function SleepSection({ draft, onChange, fieldError, readOnly }: SectionProps) {
  const { sleep } = draft
  const set = (part: Partial<SettingsDraft['sleep']>) => onChange({ ...draft, sleep: { ...sleep, ...part } })
  return (
    <Section id="sleep" title="Sleep" hint="While nobody asks for it, nothing runs. The next request wakes it and waits until it answers.">
      <Checkbox label="Sleep when it is quiet" checked={sleep.isOn} onCheckedChange={(isOn) => set({ isOn })} disabled={readOnly} />
      {sleep.isOn ? <Amount label="Quiet time" unit="s" hint="Without a request for so long, it sleeps." error={fieldError('settings.sleepAfterS')} value={sleep.afterS} onChange={(afterS) => set({ afterS })} readOnly={readOnly} /> : null}
    </Section>
  )
}

/** What is written down of its requests. */
export function RequestsSection({ draft, onChange, readOnly }: SectionProps) {
  return (
    <Section id="requests" title="Requests" hint="Requests are counted in any case, with their errors, times and bytes.">
      <Checkbox label="Write a log line for each request" hint="With its path, status, duration and client, but without the query. When very many come, a part of them is left out and the log says how many." checked={draft.requests.accessLines} onCheckedChange={(accessLines) => onChange({ ...draft, requests: { ...draft.requests, accessLines } })} disabled={readOnly} />
    </Section>
  )
}

/** What its programs collect of themselves. */
export function OpenTelemetrySection({ draft, onChange, fieldError, readOnly }: SectionProps) {
  const { requests } = draft
  const set = (part: Partial<SettingsDraft['requests']>) => onChange({ ...draft, requests: { ...requests, ...part } })
  return (
    <Section id="open-telemetry" title="Metrics of its own" hint="What the program measures of itself appears in its charts, and what an OpenTelemetry SDK in it sends in its log too. What the program prints is read in any case.">
      <Text mono label="Path of Prometheus metrics" placeholder="/metrics" hint="Each replica is asked there every 15 seconds. Empty: none is. Whoever reaches the service can read it too." error={fieldError('settings.metricsPath')} value={requests.metricsPath} onChange={(metricsPath) => set({ metricsPath })} readOnly={readOnly} />
      <Checkbox label="Receive logs and metrics by OpenTelemetry" hint="The next version is told where to send them (OTEL_EXPORTER_OTLP_ENDPOINT and others). A program with an SDK begins to send by that; one that prints its lines as well has them twice. Without the mark, what versions that run still send is refused." checked={requests.openTelemetry} onCheckedChange={(openTelemetry) => set({ openTelemetry })} disabled={readOnly} />
    </Section>
  )
}

/** Undoing a release that does harm. */
export function GuardSection({ draft, onChange, fieldError, readOnly }: SectionProps) {
  const { guard } = draft
  const set = (part: Partial<SettingsDraft['guard']>) => onChange({ ...draft, guard: { ...guard, ...part } })
  return (
    <Section id="guard" title="Guard" hint="After a release, its errors and latency are compared with those of the former version. If they are clearly worse, the former version serves again.">
      <Checkbox label="Undo a release that does measured harm" checked={guard.isOn} onCheckedChange={(isOn) => set({ isOn })} disabled={readOnly} />
      {/* A guard that does not fit is told here, although it has no field of its own. */}
      {guard.isOn ? <Amount label="Watch for" unit="min" hint="So long after the release." error={fieldError('settings.guard.minutes') ?? fieldError('settings.guard')} value={guard.minutes} onChange={(minutes) => set({ minutes })} readOnly={readOnly} /> : null}
    </Section>
  )
}
