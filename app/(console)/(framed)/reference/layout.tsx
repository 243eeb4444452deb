import Link from 'next/link'
import type { ReactNode } from 'react'

import { paths } from '@/components/paths'
import { referenceGroups } from '@/components/reference/reference-model'

/** The list of everything there is, beside what is being read of it. */
export default function ReferenceLayout({ children }: { children: ReactNode }) {
  return (
    <div className="gap-10 lg:flex">
      <nav aria-label="Operations" className="sticky top-16 hidden max-h-[calc(100dvh-5rem)] w-52 shrink-0 self-start overflow-y-auto lg:block">
        <Link href={paths.reference()} className="mb-4 block rounded-small text-muted hover:text-ink">
          All operations
        </Link>
        {referenceGroups().map(({ noun, entries }) => (
          <div key={noun} className="mb-4">
            <Link id={`nav-${noun}`} prefetch={false} href={paths.reference(noun)} className="mb-1 block rounded-small text-meta text-faint hover:text-ink">
              {noun}
            </Link>
            <ul aria-labelledby={`nav-${noun}`}>
              {entries.map(({ name }) => (
                <li key={name}>
                  <Link prefetch={false} href={paths.reference(noun, name)} className="block truncate rounded-small py-0.5 font-mono text-code text-muted hover:text-ink">
                    {name}
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </nav>
      <div className="min-w-0 flex-1">{children}</div>
    </div>
  )
}
