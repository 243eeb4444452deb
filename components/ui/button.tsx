'use client'

import type { ComponentProps, MouseEvent, ReactNode } from 'react'

import { buttonClass, type ButtonSize, type ButtonVariant } from './button-style'
import { Spinner } from './spinner'
import { Tooltip } from './tooltip'

export type ButtonProps = Omit<ComponentProps<'button'>, 'disabled'> & {
  variant?: ButtonVariant
  size?: ButtonSize
  /** Work is under way: shows a spinner and takes no clicks, but keeps the focus. */
  loading?: boolean
  disabled?: boolean
  /** Why it cannot be pressed, as a sentence: disables it and says so on hover and focus. */
  disabledReason?: string | null
  icon?: ReactNode
}

/** A button. `type` is `button` unless said otherwise. */
export function Button({ variant = 'secondary', size = 'medium', loading = false, disabled = false, disabledReason, icon, className, children, onClick, ...rest }: ButtonProps) {
  const blocked = loading || disabled || Boolean(disabledReason)
  // `aria-disabled` instead of `disabled`: the button stays focusable, so the reason can be read by everyone.
  const press = (event: MouseEvent<HTMLButtonElement>) => (blocked ? event.preventDefault() : onClick?.(event))
  return (
    <Tooltip text={disabledReason}>
      <button type="button" {...rest} onClick={press} aria-disabled={blocked || undefined} aria-busy={loading || undefined} className={buttonClass(variant, size, className)}>
        {loading ? <Spinner /> : icon}
        {children}
      </button>
    </Tooltip>
  )
}
