'use client'

import clsx from 'clsx'
import type { ComponentProps, MouseEvent, ReactNode } from 'react'

import { Spinner } from './spinner'
import { Tooltip, type TooltipProps } from './tooltip'

export type IconButtonProps = Omit<ComponentProps<'button'>, 'disabled' | 'children'> & {
  /** Its accessible name and its tooltip. */
  label: string
  icon: ReactNode
  size?: 'medium' | 'small'
  loading?: boolean
  disabled?: boolean
  /** Why it cannot be pressed; shown instead of the label. */
  disabledReason?: string | null
  side?: TooltipProps['side']
  /** Shown as pressed, for toggles. */
  pressed?: boolean
}

/** A square button with an icon only; the label is its tooltip. Its element is `relative`: who places it elsewhere puts it into one that is placed. */
export function IconButton({ label, icon, size = 'medium', loading = false, disabled = false, disabledReason, side, pressed, className, onClick, ...rest }: IconButtonProps) {
  const blocked = loading || disabled || Boolean(disabledReason)
  const press = (event: MouseEvent<HTMLButtonElement>) => (blocked ? event.preventDefault() : onClick?.(event))
  return (
    <Tooltip text={disabledReason ?? label} side={side}>
      <button
        type="button"
        {...rest}
        onClick={press}
        aria-label={label}
        aria-pressed={pressed}
        aria-disabled={blocked || undefined}
        className={clsx(
          // Fingers get 44 px of height, whatever is drawn.
          "relative pointer-coarse:after:absolute pointer-coarse:after:inset-x-0 pointer-coarse:after:-inset-y-2 pointer-coarse:after:content-['']",
          'inline-flex shrink-0 items-center justify-center rounded-control text-muted transition-colors [&_svg]:size-4',
          'hover:bg-hover hover:text-ink aria-disabled:cursor-not-allowed aria-disabled:opacity-50 aria-pressed:bg-press aria-pressed:text-ink data-[state=open]:bg-press data-[state=open]:text-ink',
          size === 'medium' ? 'size-8' : 'size-7',
          className,
        )}
      >
        {loading ? <Spinner /> : icon}
      </button>
    </Tooltip>
  )
}
