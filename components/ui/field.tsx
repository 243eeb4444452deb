'use client'

import { createContext, useContext, useId, type ReactNode } from 'react'

type FieldContext = { id: string; describedBy: string | undefined; invalid: boolean; required: boolean }

const Context = createContext<FieldContext | null>(null)

/** The attributes that tie a control to the label, hint and error of the field around it. */
export function useFieldControl(): { id?: string; 'aria-describedby'?: string; 'aria-invalid'?: true; 'aria-required'?: true } {
  const field = useContext(Context)
  if (field === null) return {}
  return {
    id: field.id,
    'aria-describedby': field.describedBy,
    'aria-invalid': field.invalid || undefined,
    'aria-required': field.required || undefined,
  }
}

export type FieldProps = {
  label: ReactNode
  /** One control: Input, Textarea or Select find their label by themselves. */
  children: ReactNode
  hint?: ReactNode
  /** What is wrong and what to do, as a sentence. */
  error?: ReactNode
  required?: boolean
  /** The label is for screen readers only. */
  hideLabel?: boolean
  className?: string
}

/** A labelled control with its hint and its error. */
export function Field({ label, children, hint, error, required = false, hideLabel = false, className }: FieldProps) {
  const id = useId()
  const described = [error ? `${id}-error` : null, hint ? `${id}-hint` : null].filter(Boolean).join(' ') || undefined
  return (
    <Context value={{ id, describedBy: described, invalid: Boolean(error), required }}>
      <div className={className}>
        <label htmlFor={id} className={hideLabel ? 'sr-only' : 'mb-1.5 block font-medium'}>
          {label}
        </label>
        {children}
        {error ? (
          <p id={`${id}-error`} role="alert" className="mt-1.5 text-meta text-bad">
            {error}
          </p>
        ) : null}
        {hint ? (
          <p id={`${id}-hint`} className="mt-1.5 text-meta text-faint">
            {hint}
          </p>
        ) : null}
      </div>
    </Context>
  )
}
