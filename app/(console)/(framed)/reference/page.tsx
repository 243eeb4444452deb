import type { Metadata } from 'next'

import { ReferenceEntry } from '@/components/reference/reference-entry'
import { referenceGroups } from '@/components/reference/reference-model'
import { paths } from '@/components/paths'
import { Code } from '@/components/ui/code'
import { PageHeader } from '@/components/ui/page-header'

export const metadata: Metadata = { title: 'API reference' }

/** Everything the platform can do, generated from the contract. All on one page, so that the browser finds any word. */
export default function ReferencePage() {
  const groups = referenceGroups()
  return (
    <div className="gap-10 lg:flex">
      <nav aria-label="Operations" className="mb-6 max-h-64 shrink-0 overflow-y-auto rounded-card border border-line p-3 lg:sticky lg:top-16 lg:mb-0 lg:max-h-[calc(100dvh-5rem)] lg:w-52 lg:self-start lg:border-0 lg:p-0">
        {groups.map((group) => (
          <div key={group.noun} className="mb-4">
            <p id={`nav-${group.noun}`} className="mb-1 text-meta text-faint">
              {group.noun}
            </p>
            <ul aria-labelledby={`nav-${group.noun}`}>
              {group.entries.map((entry) => (
                <li key={entry.name}>
                  <a href={paths.reference(entry.name)} className="block truncate rounded-small py-0.5 font-mono text-code text-muted hover:text-ink">
                    {entry.name}
                  </a>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </nav>
      <div className="min-w-0 flex-1">
        <PageHeader title="API reference" description="The dashboard, REST and the command line are three doors to the same operations." />
        <div className="mb-6 space-y-2 text-muted">
          <p>
            Send <Code>Authorization: Bearer …</Code> with an API token from Settings, and JSON bodies. Path fields stand in the path, the others in the query of GET and DELETE or in the body. Commands take an <Code>Idempotency-Key</Code>:
            a repeat with the same key gives the first answer again.
          </p>
          <p>
            A refusal answers <Code>application/problem+json</Code> with <Code>code</Code>, <Code>message</Code>, <Code>fields</Code> and <Code>requestId</Code>. The same in machine-readable form:{' '}
            <a href="/api/v1/openapi.json" target="_blank" rel="noreferrer" className="text-ink underline underline-offset-3">
              openapi.json
            </a>
            .
          </p>
        </div>
        {groups.map((group) => (
          <section key={group.noun} aria-label={group.noun}>
            {group.entries.map((entry) => (
              <ReferenceEntry key={entry.name} entry={entry} />
            ))}
          </section>
        ))}
      </div>
    </div>
  )
}
