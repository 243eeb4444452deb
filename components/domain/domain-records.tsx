import { CopyButton } from '@/components/ui/copy-button'
import type { DomainView } from '@/lib/contract/domain'

const PURPOSE = { proof: 'Proves that it is yours', lead: 'Leads here', both: 'Proves that it is yours, and leads here' } as const

/** What has to be made where the DNS of the name is kept. On a narrow screen each record is a block. */
export function DomainRecords({ domain: { records, hint, isWildcard } }: { domain: Pick<DomainView, 'records' | 'hint' | 'isWildcard'> }) {
  return (
    <section aria-label="DNS records">
      <h4 className="mb-1.5 font-medium">{records.length === 1 ? 'Make this DNS record' : 'Make these DNS records'}</h4>
      <ul className="divide-y divide-line rounded-control border border-line">
        {records.map((record) => (
          <li key={`${record.type} ${record.name} ${record.value}`} className="px-3 py-2">
            <p className="flex flex-wrap items-baseline gap-x-2 text-meta text-faint">
              <span className="font-mono text-code font-medium text-ink">{record.type}</span>
              {PURPOSE[record.purpose]}
            </p>
            <Part label="Name" text={record.name} />
            <Part label="Value" text={record.value} />
          </li>
        ))}
      </ul>
      {hint !== null ? <p className="mt-1.5 text-meta text-muted">{hint}</p> : null}
      {isWildcard ? <p className="mt-1.5 text-meta text-muted">A certificate for a wildcard is proven by DNS as well: name the provider that keeps its DNS, or upload a certificate.</p> : null}
    </section>
  )
}

function Part({ label, text }: { label: string; text: string }) {
  return (
    <div className="flex items-center gap-2">
      <span className="w-11 shrink-0 text-meta text-faint">{label}</span>
      <code className="min-w-0 flex-1 font-mono text-code break-all">{text}</code>
      <CopyButton text={text} label={`Copy ${label.toLowerCase()}`} />
    </div>
  )
}
