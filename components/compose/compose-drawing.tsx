'use client'

import { ChevronRight, Database, HardDrive, Server } from 'lucide-react'

import type { ComposeService, ComposeView } from '@/lib/contract/compose'

/** The services and volumes that a file draws, each with all that is set of it. */
export function ComposeDrawing({ services, volumes }: Pick<ComposeView, 'services' | 'volumes'>) {
  if (services.length === 0) return null
  return (
    <section aria-labelledby="compose-drawing" className="space-y-2">
      <h3 id="compose-drawing" className="font-medium">
        {countWords(services, volumes)}
      </h3>
      <ul className="overflow-hidden rounded-card border border-line">
        {services.map((service) => (
          <ServiceRow key={service.key} service={service} volumes={volumes.filter((volume) => volume.service === service.name)} />
        ))}
      </ul>
    </section>
  )
}

function countWords(services: readonly ComposeService[], volumes: ComposeView['volumes']): string {
  const databases = services.filter(({ kind }) => kind === 'database').length
  const parts = [counted(services.length - databases, 'service'), counted(databases, 'database'), counted(volumes.length, 'volume')].filter((part) => part !== null)
  return `Draws ${parts.join(', ')}`
}

function counted(count: number, noun: string): string | null {
  return count === 0 ? null : `${count} ${noun}${count === 1 ? '' : 's'}`
}

function ServiceRow({ service, volumes }: { service: ComposeService; volumes: ComposeView['volumes'] }) {
  const { name, key, kind, needsRepository, differences } = service
  const source = differences.find(({ field }) => field === 'source')?.after ?? (needsRepository ? 'from the repository below' : '')
  const rest = differences.filter(({ field }) => field !== 'source' && !field.startsWith('mounts.'))
  return (
    <li className="border-t border-line first:border-t-0">
      <details className="group">
        <summary className="flex cursor-pointer list-none flex-wrap items-center gap-x-2.5 gap-y-0.5 px-3 py-2 hover:bg-hover [&::-webkit-details-marker]:hidden">
          <ChevronRight aria-hidden="true" className="size-3.5 shrink-0 text-faint transition-transform group-open:rotate-90" />
          {kind === 'database' ? <Database aria-hidden="true" className="size-4 shrink-0 text-muted" /> : <Server aria-hidden="true" className="size-4 shrink-0 text-muted" />}
          <span className="min-w-0 truncate font-medium">{name}</span>
          {name === key ? null : <span className="text-meta text-faint">{key} in the file</span>}
          <span className="min-w-0 flex-1 basis-40 truncate text-right font-mono text-code text-muted" title={source}>
            {source}
          </span>
        </summary>
        <dl className="grid grid-cols-[minmax(0,11rem)_minmax(0,1fr)] gap-x-3 gap-y-1 border-t border-line bg-surface px-3 py-2 max-sm:grid-cols-1">
          {rest.length === 0 ? <dd className="col-span-full text-faint">Nothing else is set.</dd> : null}
          {rest.map(({ field, label, after, secret }) => (
            <div key={field} className="contents">
              <dt className={field.startsWith('variables.') ? 'truncate font-mono text-code' : 'truncate text-muted'} title={label}>
                {label}
              </dt>
              <dd className="line-clamp-3 min-w-0 font-mono text-code break-all whitespace-pre-wrap max-sm:mb-1" title={secret ? undefined : (after ?? undefined)}>
                {secret ? <span className="font-sans text-faint">a secret</span> : after === '' ? '""' : (after ?? 'not set')}
              </dd>
            </div>
          ))}
        </dl>
      </details>
      {volumes.map(({ name: volume, path }) => (
        <p key={volume} className="flex items-center gap-2.5 py-1.5 pr-3 pl-9 text-muted">
          <HardDrive aria-hidden="true" className="size-3.5 shrink-0 text-faint" />
          <span className="truncate">{volume}</span>
          <code className="ml-auto truncate font-mono text-code">{path}</code>
        </p>
      ))}
    </li>
  )
}
