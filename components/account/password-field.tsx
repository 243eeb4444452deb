'use client'

import { Check, Circle } from 'lucide-react'
import clsx from 'clsx'

import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'

import { PASSWORD_RULES } from './password-rules'

export type PasswordFieldProps = {
  label?: string
  name?: string
  value: string
  onChange: (value: string) => void
  error?: string
  /** A new one shows its rules and what is met of them. */
  kind: 'new' | 'current'
}

/** A password. For a new one, the rules stand below and are ticked while one types. */
export function PasswordField({ label = 'Password', name = 'password', value, onChange, error, kind }: PasswordFieldProps) {
  return (
    <Field label={label} error={error} required hint={kind === 'new' ? <Rules value={value} /> : undefined}>
      <Input
        type="password"
        name={name}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        autoComplete={kind === 'new' ? 'new-password' : 'current-password'}
      />
    </Field>
  )
}

function Rules({ value }: { value: string }) {
  return (
    <span className="flex flex-wrap gap-x-4 gap-y-1">
      {PASSWORD_RULES.map(({ words, holds }) => {
        const met = value !== '' && holds(value)
        const Icon = met ? Check : Circle
        return (
          <span key={words} className={clsx('inline-flex items-center gap-1', met && 'text-good')}>
            <Icon aria-label={met ? 'Met:' : 'Not met:'} className="size-3" />
            {words}
          </span>
        )
      })}
    </span>
  )
}
