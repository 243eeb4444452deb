'use client'

import { Field } from '@/components/ui/field'
import { Select } from '@/components/ui/select'
import type { TargetView } from '@/lib/contract/target'
import { TARGET_KIND } from '@/lib/domain/target'

/** The part of a target that choosing needs. */
export type ChoosableTarget = Pick<TargetView, 'id' | 'name' | 'kind' | 'isDefault' | 'seen'>

export type TargetChoiceProps = { targets: readonly ChoosableTarget[]; value: string; onChange: (id: string) => void; error?: string; label?: string; hideLabel?: boolean; className?: string }

/** Where something new runs. Nothing to choose where there is one target only. */
export function TargetChoice({ targets, value, onChange, error, label = 'Runs on', hideLabel, className }: TargetChoiceProps) {
  if (targets.length < 2) return null
  return (
    <Field label={label} error={error} hideLabel={hideLabel} className={className}>
      <Select value={value} onValueChange={onChange} options={targets.map((target) => ({ value: target.id, label: target.name, hint: hintOf(target) }))} />
    </Field>
  )
}

function hintOf({ kind, seen }: ChoosableTarget): string {
  return seen && !seen.ok ? `Not usable now: ${seen.message}` : TARGET_KIND[kind].meaning
}

/** The target something new begins on when nobody says otherwise. */
export function defaultOf(targets: readonly ChoosableTarget[]): string {
  return (targets.find((target) => target.isDefault) ?? targets[0])?.id ?? ''
}
