'use client'

import { useId } from 'react'

import { Checkbox } from '@/components/ui/checkbox'
import { Field } from '@/components/ui/field'
import { Select } from '@/components/ui/select'

import { DueTimes } from './due-times'
import type { SettingsDraft } from './settings-draft'
import { Amount, Section, Text, type SectionProps } from './settings-section'
import { useBrowserZone } from './use-browser-zone'

const OVERLAPS = [
  { value: 'skip', label: 'Leave it out', hint: 'The run that is due is skipped.' },
  { value: 'wait', label: 'Wait', hint: 'It begins when the one before has ended.' },
  { value: 'replace', label: 'Replace', hint: 'The one before is ended.' },
  { value: 'parallel', label: 'Run both', hint: 'They run side by side.' },
] as const

/** Running by the clock instead of listening. */
export function ScheduleSection({ draft, onChange, fieldError, readOnly, service }: SectionProps) {
  const { cron } = draft
  const zones = useId()
  const here = useBrowserZone()
  const set = (part: Partial<SettingsDraft['cron']>) => onChange({ ...draft, cron: { ...cron, ...part } })
  // A schedule that begins here is most likely meant in the zone of whoever begins it.
  const turn = (isOn: boolean) => set({ isOn, ...(isOn && service.settings.cron === null && cron.timeZone === 'UTC' && here !== null ? { timeZone: here } : {}) })
  return (
    <Section id="schedule" title="Schedule" hint="Makes this a cron service: it runs by the clock to its end instead of listening, needs no port and answers no requests.">
      <Checkbox label="Run it by the clock" checked={cron.isOn} onCheckedChange={turn} disabled={readOnly} />
      {cron.isOn ? (
        <>
          <div className="grid gap-4 sm:grid-cols-2">
            <Text mono required label="Schedule" hint="Minute, hour, day of month, month, day of week; or @hourly, @daily, @weekly, @monthly." error={fieldError('settings.cron.schedule')} value={cron.schedule} onChange={(schedule) => set({ schedule })} readOnly={readOnly} />
            <Text required label="Time zone" list={zones} hint="Its clock decides, also when it changes to summer time." error={fieldError('settings.cron.timeZone')} value={cron.timeZone} onChange={(timeZone) => set({ timeZone })} readOnly={readOnly} />
            <datalist id={zones}>{here === null ? null : zoneNames().map((name) => <option key={name}>{name}</option>)}</datalist>
          </div>
          <DueTimes schedule={cron.schedule.trim()} timeZone={cron.timeZone.trim()} />
          <div className="grid gap-4 sm:grid-cols-3">
            <Field label="While one is at work">
              <Select value={cron.overlap} onValueChange={(overlap) => set({ overlap })} options={OVERLAPS} disabled={readOnly} />
            </Field>
            <Amount label="Timeout" unit="s" hint="A run takes at most." error={fieldError('settings.cron.timeoutS')} value={cron.timeoutS} onChange={(timeoutS) => set({ timeoutS })} readOnly={readOnly} />
            <Amount
              label="Stop grace"
              unit="s"
              hint="From SIGTERM to SIGKILL."
              error={fieldError('settings.stopGraceS')}
              value={draft.rollout.stopGraceS}
              onChange={(stopGraceS) => onChange({ ...draft, rollout: { ...draft.rollout, stopGraceS } })}
              readOnly={readOnly}
            />
          </div>
        </>
      ) : null}
    </Section>
  )
}

function zoneNames(): string[] {
  return ['UTC', ...Intl.supportedValuesOf('timeZone')]
}
