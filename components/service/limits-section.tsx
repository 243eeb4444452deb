'use client'

import { useEnvironment } from '@/components/canvas/canvas-context'
import { Checkbox } from '@/components/ui/checkbox'
import { hasNetwork } from '@/lib/domain/target'

import type { SettingsDraft } from './settings-draft'
import { Amount, Section, type SectionProps } from './settings-section'

/** Shares of the machine that each replica cannot go beyond. Where they cannot be kept, only what is set can be taken away. */
export function LimitsSection({ draft, onChange, fieldError, readOnly }: SectionProps) {
  const { project, environmentId } = useEnvironment()
  const target = project.environments.find(({ id }) => id === environmentId)?.target
  const isKept = target === undefined || hasNetwork(target.kind)
  const { limits } = draft
  const set = (part: Partial<SettingsDraft['limits']>) => onChange({ ...draft, limits: { ...limits, ...part } })
  const hint = isKept
    ? 'What each replica may use at most. Beyond its memory it is ended and started again; beyond its processor time it gets slower.'
    : `This environment runs on ${target.name}, where services are plain processes that cannot be limited. Use an environment on a Docker target.`
  const amount = (key: 'memoryMib' | 'cpuMilli' | 'pids', label: string, unit: 'MiB' | '/ 1000' | null) => (
    <Amount
      label={label}
      unit={unit}
      placeholder="No limit"
      error={fieldError(`settings.limits.${key}`)}
      hint={key === 'cpuMilli' ? '1000 is one processor.' : undefined}
      value={limits[key]}
      onChange={(value) => set({ [key]: value })}
      readOnly={readOnly}
      disabled={!isKept && limits[key].trim() === ''}
    />
  )
  return (
    <Section id="limits" title="Limits" hint={hint}>
      <div className="grid grid-cols-2 gap-4 sm:grid-cols-3">
        {amount('memoryMib', 'Memory', 'MiB')}
        {amount('cpuMilli', 'CPU', '/ 1000')}
        {amount('pids', 'Processes', null)}
      </div>
      <div>
        <Checkbox label="Read-only file system" checked={limits.readOnly} onCheckedChange={(isOn) => set({ readOnly: isOn })} disabled={readOnly || (!isKept && !limits.readOnly)} />
        <p className="mt-1 text-meta text-faint">Only /tmp and its volumes can be written to.</p>
        {fieldError('settings.readOnly') ? (
          <p role="alert" className="mt-1.5 text-meta text-bad">
            {fieldError('settings.readOnly')}
          </p>
        ) : null}
      </div>
    </Section>
  )
}
