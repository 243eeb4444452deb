import clsx from 'clsx'

/** The shape of something that is coming; give it the size of that. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden="true" className={clsx('animate-pulse rounded-control bg-press', className)} />
}
