'use client'

import clsx from 'clsx'
import type { ComponentProps } from 'react'

import { useFieldControl } from './field'
import { CONTROL_CLASS } from './input'

export type TextareaProps = ComponentProps<'textarea'> & { mono?: boolean }

/** Several lines of text. */
export function Textarea({ mono = false, className, ...rest }: TextareaProps) {
  const field = useFieldControl()
  return <textarea rows={5} {...field} {...rest} className={clsx(CONTROL_CLASS, 'block px-2.5 py-1.5', mono && 'font-mono text-code', className)} />
}
