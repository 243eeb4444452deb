'use client'

import { useShallow } from 'zustand/react/shallow'

import { useCanvas } from '@/components/canvas/canvas-context'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'

const NONE = 'none'

export type ServiceChoiceProps = {
  value: string | null
  onChange: (serviceId: string | null) => void
  /** Whether a volume may be on its own. */
  optional?: boolean
  error?: string | undefined
}

/** One of the services of the environment. */
export function ServiceChoice({ value, onChange, optional = false, error }: ServiceChoiceProps) {
  const services = useCanvas(useShallow((state) => Object.values(state.services).sort((a, b) => a.name.localeCompare(b.name))))
  const options = [...(optional ? [{ value: NONE, label: 'None yet' }] : []), ...services.map(({ id, name }) => ({ value: id, label: name }))]
  return (
    <Field label="Service" error={error}>
      <Select value={value ?? NONE} onValueChange={(next) => onChange(next === NONE ? null : next)} options={options} />
    </Field>
  )
}

export function PathField({ value, onChange, error }: { value: string; onChange: (path: string) => void; error: string | undefined }) {
  return (
    <Field label="Mount path" required error={error} hint="The folder of the service that is the volume, such as /data. What its build has there is copied into an empty volume.">
      <Input mono name="path" value={value} onChange={(event) => onChange(event.target.value)} autoComplete="off" spellCheck={false} data-autofocus />
    </Field>
  )
}
