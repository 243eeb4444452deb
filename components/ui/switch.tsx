'use client'

import { Switch as Primitive } from 'radix-ui'
import { useId, type ReactNode } from 'react'

export type SwitchProps = {
  checked: boolean
  onCheckedChange: (checked: boolean) => void
  label: ReactNode
  hint?: ReactNode
  disabled?: boolean
}

/** A yes or no that takes effect at once. */
export function Switch({ checked, onCheckedChange, label, hint, disabled }: SwitchProps) {
  const id = useId()
  return (
    <div className="flex items-start gap-2.5">
      <Primitive.Root
        id={id}
        checked={checked}
        onCheckedChange={onCheckedChange}
        disabled={disabled}
        aria-describedby={hint ? `${id}-hint` : undefined}
        className="mt-0.5 h-4 w-7 shrink-0 rounded-full border border-line-strong bg-press transition-colors disabled:opacity-50 data-[state=checked]:border-transparent data-[state=checked]:bg-accent-fill"
      >
        <Primitive.Thumb className="block size-3 translate-x-px rounded-full bg-muted transition-transform data-[state=checked]:translate-x-[13px] data-[state=checked]:bg-on-accent" />
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
