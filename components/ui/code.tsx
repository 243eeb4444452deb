import clsx from 'clsx'
import type { ReactNode } from 'react'

import { CopyButton } from './copy-button'

/** A name, an id or a command inside a sentence. */
export function Code({ children, className }: { children: ReactNode; className?: string }) {
  return <code className={clsx('rounded-small bg-press px-1 py-px font-mono text-code break-words text-muted', className)}>{children}</code>
}

/** Text to copy: one line or several, scrolling sideways. */
export function CodeBlock({ text, label, className }: { text: string; label?: string; className?: string }) {
  return (
    <div className={clsx('relative rounded-control border border-line bg-sunken', className)}>
      <pre tabIndex={0} aria-label={label} className="overflow-x-auto px-3 py-2 pr-11 font-mono text-code whitespace-pre">
        {text}
      </pre>
      <span className="absolute top-1 right-1 rounded-control bg-sunken">
        <CopyButton text={text} />
      </span>
    </div>
  )
}
