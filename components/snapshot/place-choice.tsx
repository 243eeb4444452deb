'use client'

import { Field } from '@/components/ui/field'
import { Select } from '@/components/ui/select'
import type { SnapshotPlanView } from '@/lib/contract/snapshot'

const DISK = 'disk'

export type PlaceChoiceProps = { stores: SnapshotPlanView['stores']; /** Null: the disk. */ value: string | null; onChange: (storeId: string | null) => void; error?: string | undefined }

/** Where snapshots are kept. Nothing where there is nothing to choose. */
export function PlaceChoice({ stores, value, onChange, error }: PlaceChoiceProps) {
  if (stores.length === 0) return null
  const chosen = stores.find(({ id }) => id === value)
  const options = [{ value: DISK, label: 'The disk of this machine' }, ...stores.map(({ id, name }) => ({ value: id, label: name }))]
  return (
    <Field label="Keep in" error={error ?? chosen?.problem ?? undefined} hint={value === null ? 'Lost with the machine that runs Easel. A store outlives it.' : 'Checked by its checksum before it is restored.'}>
      <Select value={value ?? DISK} onValueChange={(next) => onChange(next === DISK ? null : next)} options={options} />
    </Field>
  )
}
