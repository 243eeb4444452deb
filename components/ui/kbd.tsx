import type { ReactNode } from 'react'

/** A key or a chord. */
export function Kbd({ children }: { children: ReactNode }) {
  return <kbd className="rounded-small border border-line-strong px-1 font-sans text-meta text-faint">{children}</kbd>
}
