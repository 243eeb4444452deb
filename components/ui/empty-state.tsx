import clsx from 'clsx'
import type { ReactNode } from 'react'

export type EmptyStateProps = {
  icon?: ReactNode
  title: ReactNode
  /** One sentence. */
  children?: ReactNode
  /** What would fill it. */
  action?: ReactNode
  /** The title is the heading of the page. */
  heading?: boolean
  className?: string
}

/** Where there is nothing yet: one sentence and the action that would create something. */
export function EmptyState({ icon, title, children, action, heading = false, className }: EmptyStateProps) {
  return (
    <div className={clsx('flex flex-col items-center gap-1 px-4 py-12 text-center', className)}>
      {icon ? (
        <span aria-hidden="true" className="mb-2 text-faint [&_svg]:size-6 [&_svg]:stroke-[1.5]">
          {icon}
        </span>
      ) : null}
      {heading ? <h1 className="text-title font-medium">{title}</h1> : <p className="text-title font-medium">{title}</p>}
      {children ? <p className="max-w-md text-muted">{children}</p> : null}
      {action ? <div className="mt-4 flex flex-wrap justify-center gap-2">{action}</div> : null}
    </div>
  )
}
