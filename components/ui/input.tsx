'use client'

import clsx from 'clsx'
import type { ComponentProps, ReactNode } from 'react'

import { useFieldControl } from './field'

/** What every control one types into looks like. */
export const CONTROL_CLASS =
  'w-full rounded-control border border-line-strong bg-surface text-ui text-ink transition-colors hover:border-[color-mix(in_oklab,var(--color-line-strong),var(--color-ink)_18%)] focus-visible:border-accent focus-visible:outline-1 focus-visible:outline-offset-0 disabled:cursor-not-allowed disabled:opacity-50 aria-invalid:border-bad [&[readonly]]:border-line [&[readonly]]:bg-transparent [&[readonly]]:text-muted'

export type InputProps = Omit<ComponentProps<'input'>, 'size'> & {
  size?: 'medium' | 'small'
  /** For ids, URLs and code. */
  mono?: boolean
  /** An icon inside, at the left. */
  icon?: ReactNode
}

/** A line of text. */
export function Input({ size = 'medium', mono = false, icon, className, ...rest }: InputProps) {
  const field = useFieldControl()
  const control = (
    <input
      {...field}
      {...rest}
      className={clsx(CONTROL_CLASS, 'px-2.5', size === 'medium' ? 'h-8' : 'h-7', mono && 'font-mono text-code', icon ? 'pl-8' : null, icon ? null : className)}
    />
  )
  if (!icon) return control
  return (
    <div className={clsx('relative', className)}>
      <span aria-hidden="true" className="pointer-events-none absolute inset-y-0 left-2.5 flex items-center text-faint [&_svg]:size-4">
        {icon}
      </span>
      {control}
    </div>
  )
}
