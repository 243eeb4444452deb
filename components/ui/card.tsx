import clsx from 'clsx'
import type { ComponentProps, ReactNode } from 'react'

/** A surface with a hairline. */
export function Card({ className, ...rest }: ComponentProps<'div'>) {
  return <div {...rest} className={clsx('rounded-card border border-line bg-surface shadow-card', className)} />
}

export type SectionCardProps = {
  title: ReactNode
  description?: ReactNode
  /** A button at the right of the title. */
  action?: ReactNode
  children?: ReactNode
  /** Below a hairline: buttons of a form. */
  footer?: ReactNode
  /** Frames what destroys. */
  danger?: boolean
}

/** A titled part of a settings page. */
export function SectionCard({ title, description, action, children, footer, danger = false }: SectionCardProps) {
  return (
    <section className={clsx('rounded-card border bg-surface shadow-card', danger ? 'border-bad/35' : 'border-line')}>
      <header className="flex flex-wrap items-start justify-between gap-3 px-4 pt-3.5 pb-3">
        <div className="min-w-0 max-w-prose">
          <h2 className="text-title font-medium">{title}</h2>
          {description ? <p className="mt-0.5 text-muted">{description}</p> : null}
        </div>
        {action}
      </header>
      {children ? <div className="border-t border-line px-4 py-4">{children}</div> : null}
      {footer ? <footer className="flex flex-wrap items-center justify-end gap-2 border-t border-line px-4 py-3">{footer}</footer> : null}
    </section>
  )
}
