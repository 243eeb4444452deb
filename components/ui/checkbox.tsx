'use client'

import { Check } from 'lucide-react'
import { Checkbox as Primitive } from 'radix-ui'
import { useId, type ReactNode } from 'react'

export type CheckboxProps = {
  checked: boolean
  onCheckedChange: (checked: boolean) => void
  label: ReactNode
  hint?: ReactNode
  disabled?: boolean
  name?: string
}

/** A yes or no that is part of a form. */
export function Checkbox({ checked, onCheckedChange, label, hint, disabled, name }: CheckboxProps) {
  const id = useId()
  return (
    <div className="flex items-start gap-2">
      <Primitive.Root
        id={id}
        checked={checked}
        onCheckedChange={(next) => onCheckedChange(next === true)}
        disabled={disabled}
        name={name}
        aria-describedby={hint ? `${id}-hint` : undefined}
        className="mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-small border border-line-strong bg-surface text-on-accent transition-colors disabled:opacity-50 data-[state=checked]:border-transparent data-[state=checked]:bg-accent-fill"
      >
        <Primitive.Indicator>
          <Check aria-hidden="true" className="size-3" strokeWidth={3} />
        </Primitive.Indicator>
      </Primitive.Root>
      <div>
        <label htmlFor={id}>{label}</label>
        {hint ? (
          <p id={`${id}-hint`} className="text-meta text-faint">
            {hint}
          </p>
        ) : null}
      </div>
    </div>
  )
}
