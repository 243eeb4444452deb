import clsx from 'clsx'

import { initials } from './initials'

/** A person or an organization as their initials. The name stands beside it, so it says nothing to screen readers. */
export function Avatar({ name, size = 'medium', className }: { name: string; size?: 'small' | 'medium'; className?: string }) {
  return (
    <span
      aria-hidden="true"
      className={clsx(
        'inline-flex shrink-0 select-none items-center justify-center rounded-full border border-line-strong bg-overlay font-medium text-muted',
        size === 'small' ? 'size-5 text-[0.5625rem]' : 'size-7 text-meta',
        className,
      )}
    >
      {initials(name)}
    </span>
  )
}
