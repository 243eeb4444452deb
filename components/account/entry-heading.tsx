import type { ReactNode } from 'react'

/** Title and first sentence of a page before one is signed in. */
export function EntryHeading({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="mb-6">
      <h1 className="text-page font-semibold tracking-tight">{title}</h1>
      {children ? <p className="mt-1 text-muted">{children}</p> : null}
    </div>
  )
}
