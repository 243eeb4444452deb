'use client'

import type { ReactNode } from 'react'

import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { durationWords } from '@/components/ui/time-words'
import type { ServiceView } from '@/lib/contract/service'

import type { SettingsDraft } from './settings-draft'

export type SectionProps = {
  service: ServiceView
  draft: SettingsDraft
  onChange: (draft: SettingsDraft) => void
  fieldError: (path: string) => string | undefined
  readOnly: boolean
}

/** A titled group of fields. */
export function Section({ title, hint, id, children }: { title: string; hint?: ReactNode; id: string; children?: ReactNode }) {
  return (
    <section aria-labelledby={id} className="border-b border-line pb-6">
      <h3 id={id} className="font-medium">
        {title}
      </h3>
      {hint ? <p className="text-meta text-faint">{hint}</p> : null}
      {children ? <div className="mt-3 space-y-4">{children}</div> : null}
    </section>
  )
}

type ControlProps = { label: string; value: string; onChange: (value: string) => void; readOnly: boolean; error?: string; hint?: string }
export type TextProps = ControlProps & { placeholder?: string; required?: boolean; mono?: boolean; list?: string }

/** A line of text in a section. */
export function Text({ label, value, onChange, readOnly, error, hint, placeholder, required, mono, list }: TextProps) {
  return (
    <Field label={label} error={error} hint={hint} required={required}>
      <Input mono={mono} value={value} readOnly={readOnly} placeholder={placeholder} list={list} onChange={(event) => onChange(event.target.value)} autoComplete="off" spellCheck={false} />
    </Field>
  )
}

/** A number in a section, with its unit beside it. Many seconds are told in words too. */
export function Amount({ label, value, onChange, readOnly, error, hint, unit, placeholder, disabled }: ControlProps & { unit: 's' | 'min' | 'MiB' | '/ 1000' | null; placeholder?: string; disabled?: boolean }) {
  const seconds = Number(value)
  const words = unit === 's' && Number.isFinite(seconds) && seconds >= 120 ? spanWords(seconds) : null
  return (
    <Field label={label} error={error} hint={hint}>
      <Suffixed unit={unit} words={words}>
        <Input value={value} readOnly={readOnly} inputMode="numeric" placeholder={placeholder} disabled={disabled} className="max-w-24" onChange={(event) => onChange(event.target.value)} autoComplete="off" spellCheck={false} />
      </Suffixed>
    </Field>
  )
}

function Suffixed({ unit, words, children }: { unit: string | null; words: string | null; children: ReactNode }) {
  if (unit === null) return children
  return (
    <span className="flex items-center gap-2">
      {children}
      <span className="whitespace-nowrap text-muted">
        {unit}
        {words === null ? null : <span className="ml-2 text-meta text-faint">{words}</span>}
      </span>
    </span>
  )
}

/** `15 min`, `1 h 30 min`: without a part that is nothing. */
function spanWords(seconds: number): string {
  return durationWords(seconds * 1000).replace(/ 0 (s|min)$/, '')
}
