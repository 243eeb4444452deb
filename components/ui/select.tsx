'use client'

import clsx from 'clsx'
import { Check, ChevronDown } from 'lucide-react'
import { Select as Primitive } from 'radix-ui'

import { useFieldControl } from './field'
import { CONTROL_CLASS } from './input'

export type SelectOption<V extends string = string> = { value: V; label: string; hint?: string; disabled?: boolean }

export type SelectProps<V extends string = string> = {
  value: V
  onValueChange: (value: V) => void
  options: readonly SelectOption<V>[]
  /** Needed when there is no Field around it. */
  label?: string
  placeholder?: string
  size?: 'medium' | 'small'
  disabled?: boolean
  name?: string
  className?: string
}

/** One of a few. */
export function Select<V extends string = string>({ value, onValueChange, options, label, placeholder, size = 'medium', disabled, name, className }: SelectProps<V>) {
  const field = useFieldControl()
  const chosen = options.find((option) => option.value === value)
  return (
    <Primitive.Root value={value} onValueChange={(next) => onValueChange(next as V)} disabled={disabled} name={name}>
      <Primitive.Trigger
        {...field}
        aria-label={label}
        className={clsx(CONTROL_CLASS, 'flex items-center justify-between gap-2 px-2.5 text-left', size === 'medium' ? 'h-8' : 'h-7', className)}
      >
        <span className="truncate">
          <Primitive.Value placeholder={placeholder}>{chosen?.label}</Primitive.Value>
        </span>
        <ChevronDown aria-hidden="true" className="size-4 shrink-0 text-faint" />
      </Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          position="popper"
          sideOffset={4}
          collisionPadding={8}
          className="z-[60] max-h-[min(20rem,var(--radix-select-content-available-height))] min-w-(--radix-select-trigger-width) max-w-96 animate-appear overflow-y-auto rounded-card border border-line-strong bg-overlay p-1 shadow-float"
        >
          <Primitive.Viewport>
            {options.map((option) => (
              <SelectItem key={option.value} option={option} />
            ))}
          </Primitive.Viewport>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}

function SelectItem({ option }: { option: SelectOption }) {
  return (
    <Primitive.Item
      value={option.value}
      disabled={option.disabled}
      className="relative flex cursor-pointer select-none items-start gap-2 rounded-control py-1.5 pr-3 pl-7 text-ui outline-none data-disabled:cursor-not-allowed data-highlighted:bg-press data-disabled:opacity-50"
    >
      <Primitive.ItemIndicator className="absolute top-2 left-2">
        <Check aria-hidden="true" className="size-4" />
      </Primitive.ItemIndicator>
      <span>
        <Primitive.ItemText>{option.label}</Primitive.ItemText>
        {option.hint ? <span className="block text-meta text-muted">{option.hint}</span> : null}
      </span>
    </Primitive.Item>
  )
}
