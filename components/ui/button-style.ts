import clsx from 'clsx'

export type ButtonVariant = 'primary' | 'secondary' | 'ghost' | 'danger'
/** `medium` is 32 px high, `small` 28 px for dense rows. */
export type ButtonSize = 'medium' | 'small'

const VARIANT: Record<ButtonVariant, string> = {
  primary: 'border-transparent bg-accent-fill text-on-accent not-aria-disabled:hover:bg-accent-fill-hover',
  secondary: 'border-line-strong bg-raised text-ink not-aria-disabled:hover:bg-overlay not-aria-disabled:hover:bg-[color-mix(in_oklab,var(--color-raised),var(--color-ink)_5%)]',
  ghost: 'border-transparent text-muted not-aria-disabled:hover:bg-hover not-aria-disabled:hover:text-ink',
  danger: 'border-transparent bg-bad-fill text-on-accent not-aria-disabled:hover:brightness-110',
}

const SIZE: Record<ButtonSize, string> = { medium: 'h-8 px-3 gap-2', small: 'h-7 px-2.5 gap-1.5' }

/** The classes of a button, for elements that look like one. */
export function buttonClass(variant: ButtonVariant, size: ButtonSize, className?: string): string {
  return clsx(
    'relative inline-flex shrink-0 select-none items-center justify-center whitespace-nowrap rounded-control border text-ui font-medium transition-colors',
    'aria-disabled:cursor-not-allowed aria-disabled:not-aria-busy:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0',
    VARIANT[variant],
    SIZE[size],
    className,
  )
}
