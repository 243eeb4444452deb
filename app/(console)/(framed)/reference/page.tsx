import type { Metadata } from 'next'
import Link from 'next/link'

import { paths } from '@/components/paths'
import { referenceGroups } from '@/components/reference/reference-model'
import { Code } from '@/components/ui/code'
import { PageHeader } from '@/components/ui/page-header'

export const metadata: Metadata = { title: 'API reference' }

/** Everything the platform can do, generated from the contract: a line each, so that the browser finds any of it. */
export default function ReferencePage() {
  return (
    <>
      <PageHeader title="API reference" description="The dashboard, REST and the command line are three doors to the same operations." />
      <div className="mb-8 space-y-2 text-muted">
        <p>
          Send <Code>Authorization: Bearer …</Code> with an API token from Settings, and JSON bodies. Path fields stand in the path, the others in the query of GET and DELETE or in the body. Commands take an <Code>Idempotency-Key</Code>: a
          repeat with the same key gives the first answer again.
        </p>
        <p>
          A refusal answers <Code>application/problem+json</Code> with <Code>code</Code>, <Code>message</Code>, <Code>fields</Code> and <Code>requestId</Code>. The same in machine-readable form:{' '}
          <a href="/api/v1/openapi.json" target="_blank" rel="noreferrer" className="text-ink underline underline-offset-3">
            openapi.json
          </a>
          .
        </p>
      </div>
      {referenceGroups().map(({ noun, entries }) => (
        <section key={noun} aria-labelledby={`group-${noun}`} className="mb-8">
          <h2 id={`group-${noun}`} className="mb-1 text-title font-medium">
            <Link prefetch={false} href={paths.reference(noun)} className="hover:underline">
              {noun}
            </Link>
          </h2>
          <ul>
            {entries.map(({ name, method, path, summary }) => (
              <li key={name} className="border-t border-line">
                <Link prefetch={false} href={paths.reference(noun, name)} className="block rounded-small py-2 hover:bg-hover">
                  <span className="flex flex-wrap gap-x-3 font-mono text-code">
                    <span className="w-14 shrink-0 text-faint">{method}</span>
                    <span className="min-w-0 break-all">{path}</span>
                  </span>
                  <span className="block text-muted sm:pl-17">{summary}</span>
                </Link>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  )
}
