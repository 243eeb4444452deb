import { Badge } from '@/components/ui/badge'
import { Code, CodeBlock } from '@/components/ui/code'

import { FieldTable } from './field-table'
import type { ReferenceEntry as Entry } from './reference-model'

/** One operation: what it does, how it is called, what goes in, what comes out, what can go wrong. */
export function ReferenceEntry({ entry }: { entry: Entry }) {
  return (
    <article id={entry.name} className="scroll-mt-16 border-t border-line py-6">
      <h2 className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <a href={`#${entry.name}`} className="font-mono text-title font-medium hover:underline">
          {entry.name}
        </a>
        <span className="text-muted">{entry.summary}</span>
      </h2>
      <p className="mt-2 flex flex-wrap items-center gap-2 font-mono text-code">
        <Badge>{entry.method}</Badge>
        <span className="break-all">{entry.path}</span>
        <span className="text-faint">→ {entry.status}</span>
        {entry.streams ? <span className="text-faint">also text/event-stream</span> : null}
      </p>
      <p className="mt-2 text-meta text-faint">
        Needs <Code>{entry.needs}</Code>
      </p>
      <CodeBlock text={entry.cli} label={`Command line of ${entry.name}`} className="mt-3" />
      <FieldTable title="Input" rows={entry.input} empty="Takes nothing." showRequired />
      <FieldTable title="Output" rows={entry.output} empty="Answers nothing." />
      <p className="mt-4 text-meta text-faint">
        Errors:{' '}
        {entry.errors.map((code) => (
          <Code key={code} className="mr-1">
            {code}
          </Code>
        ))}
      </p>
    </article>
  )
}
