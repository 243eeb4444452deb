'use client'

import { useMemo } from 'react'
import { useShallow } from 'zustand/react/shallow'

import { useCanvas } from '@/components/canvas/canvas-context'
import { Checkbox } from '@/components/ui/checkbox'
import { Field } from '@/components/ui/field'
import { Select } from '@/components/ui/select'

import type { SettingsDraft } from './settings-draft'
import { Amount, Section, type SectionProps } from './settings-section'

const ON_FAILURE = [
  { value: 'stop', label: 'Stop the deployment', hint: 'Nothing is released. What runs goes on.' },
  { value: 'go_on', label: 'Deploy without it', hint: 'The deployment says what failed.' },
] as const

/** What is copied before each deployment, because its migrations may change it. */
export function DeploySnapshotsSection({ service, draft, onChange, fieldError, readOnly }: SectionProps) {
  const { snapshots } = draft
  const chosen = useMemo(() => (snapshots.of === '' ? [] : snapshots.of.split(',')), [snapshots.of])
  const choices = useChoices(service.id, chosen)
  const set = (part: Partial<SettingsDraft['snapshots']>) => onChange({ ...draft, snapshots: { ...snapshots, ...part } })
  const choose = (id: string, isOn: boolean) => set({ of: (isOn ? [...chosen, id] : chosen.filter((other) => other !== id)).join(',') })
  const error = fieldError('settings.snapshots.of') ?? fieldError('settings.snapshots')
  if (choices.length === 0) return null
  return (
    <Section id="deploy-snapshots" title="Snapshots before deploys" hint="What is chosen is copied before each deployment of this service, ahead of its pre-deploy command. Rolling back takes none.">
      <div className="space-y-2.5" role="group" aria-labelledby="deploy-snapshots">
        {choices.map(({ id, name, hint }) => (
          <Checkbox key={id} label={name} hint={hint} checked={chosen.includes(id)} onCheckedChange={(isOn) => choose(id, isOn)} disabled={readOnly} />
        ))}
      </div>
      {error === undefined ? null : (
        <p role="alert" className="text-meta text-bad">
          {error}
        </p>
      )}
      {chosen.length > 0 ? (
        <>
          <div className="grid grid-cols-2 gap-4 sm:grid-cols-3">
            <Amount label="Keep" unit={null} hint="How many of each. Those of a schedule are not counted." error={fieldError('settings.snapshots.keep')} value={snapshots.keep} onChange={(keep) => set({ keep })} readOnly={readOnly} />
            <Amount label="Time limit" unit="s" hint="For all of them together." error={fieldError('settings.snapshots.timeoutS')} value={snapshots.timeoutS} onChange={(timeoutS) => set({ timeoutS })} readOnly={readOnly} />
          </div>
          <Field label="When one fails" className="sm:max-w-1/2">
            <Select value={snapshots.onFailure} onValueChange={(onFailure) => set({ onFailure })} options={ON_FAILURE} disabled={readOnly} />
          </Field>
        </>
      ) : null}
    </Section>
  )
}

type Choice = { id: string; name: string; hint: string }

/** Databases and volumes of the environment: first what this service has or refers to. What was chosen and is gone can be left out. */
function useChoices(serviceId: string, chosen: readonly string[]): Choice[] {
  const [services, volumes, links] = useCanvas(useShallow((state) => [state.services, state.volumes, state.links] as const))
  return useMemo(() => {
    const databases = Object.values(services).filter(({ source }) => source.type === 'database')
    const linked = new Set(links.filter(({ from }) => from === serviceId).map(({ to }) => to))
    const isData = (owner: string | null) => databases.some(({ id }) => id === owner)
    const all = [
      ...databases.map(({ id, name }) => ({ id, name, rank: id === serviceId || linked.has(id) ? 0 : 1, hint: id === serviceId ? 'This database.' : linked.has(id) ? 'This service refers to it.' : 'Another database of this environment.' })),
      ...Object.values(volumes).filter((volume) => !isData(volume.serviceId)).map(({ id, name, serviceId: owner }) => ({ id, name, rank: owner === serviceId ? 0 : 1, hint: owner === serviceId ? 'Its own volume. Files it writes meanwhile may be of different moments.' : 'Another volume of this environment.' })),
    ].sort((a, b) => a.rank - b.rank || a.name.localeCompare(b.name))
    const gone = chosen.filter((id) => !all.some((each) => each.id === id)).map((id) => ({ id, name: 'Something that is gone', hint: `${id}. Deployments stop here until it is left out.` }))
    return [...all, ...gone]
  }, [services, volumes, links, serviceId, chosen])
}
