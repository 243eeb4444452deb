'use client'

import { Filter, FilterX, Link2, ListTree } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'

import { paths } from '@/components/paths'
import { Button } from '@/components/ui/button'
import { copyText } from '@/components/ui/copy-text'
import { CopyButton } from '@/components/ui/copy-button'
import { IconButton } from '@/components/ui/icon-button'
import { exactWords } from '@/components/ui/time-words'
import { toast } from '@/components/ui/toast'
import type { LogLineView } from '@/lib/contract/log'

import { stripAnsi } from '../ansi'
import { AnsiText } from '../ansi-text'
import { isReplica } from '../log-line'
import { attributesOf, sizeWords } from './line-words'

/** More of a text than this is drawn only when asked for. */
const SHOWN_CHARACTERS = 20_000

export type LineActions = {
  /** Looks for lines that have this value, or have it not. */
  filterBy: (field: string, value: string, isExcluded: boolean) => void
  showContext: (line: LogLineView) => void
  /** The address that shows this line to others. */
  linkTo: (line: LogLineView) => string
}

export type LineDetailsProps = { line: LogLineView; serviceName: string | null; place: { projectId: string; environmentId: string }; actions: LineActions }

type Fact = { name: string; value: string; field: string | null; asked?: string; href?: string }

/** Everything there is to know of a line, each value with what finds others like it. */
export function LineDetails({ line, serviceName, place, actions }: LineDetailsProps) {
  const copyLink = async () => {
    if (await copyText(new URL(actions.linkTo(line), location.href).href)) toast.success('The link to this line is copied.')
    else toast.error('The browser refused to copy the link.')
  }
  return (
    <div className="border-l-2 border-line-strong bg-surface px-3 py-2 @3xl:pl-7">
      <div className="mb-1.5 flex flex-wrap items-center gap-1.5">
        <Button size="small" icon={<ListTree />} onClick={() => actions.showContext(line)} disabledReason={line.serviceId === null ? 'It belongs to no service.' : null}>
          Lines around it
        </Button>
        <Button size="small" variant="ghost" icon={<Link2 />} onClick={() => void copyLink()}>
          Copy link
        </Button>
        <CopyButton text={stripAnsi(line.text)} label="Copy line" />
      </div>
      <dl className="grid max-w-4xl grid-cols-1 @xl:grid-cols-[minmax(7rem,max-content)_minmax(0,1fr)]">
        {[...factsOf(line, serviceName, place), ...attributesOf(line).map(({ name, value, isPlain }): Fact => ({ name, value, field: isPlain ? `@${name}` : null }))].map((fact) => (
          <FactRow key={`${fact.field} ${fact.name}`} fact={fact} filterBy={actions.filterBy} />
        ))}
      </dl>
      <WholeText text={line.text} />
    </div>
  )
}

function factsOf(line: LogLineView, serviceName: string | null, { projectId, environmentId }: LineDetailsProps['place']): Fact[] {
  const { serviceId, deploymentId, part } = line
  return [
    { name: 'Time', value: exactWords(line.at), field: null },
    { name: 'Level', value: line.level ?? 'none', field: 'level' },
    ...(serviceId === null ? [] : [{ name: 'Service', value: serviceName ?? serviceId, field: 'service', asked: serviceName ?? serviceId, href: serviceName === null ? undefined : paths.service(projectId, environmentId, serviceId) }]),
    ...(serviceId === null || deploymentId === null ? [] : [{ name: 'Deployment', value: deploymentId, field: 'deployment', href: serviceName === null ? undefined : paths.deployment(projectId, environmentId, serviceId, deploymentId) }]),
    { name: 'Kind', value: line.kind, field: 'kind' },
    { name: 'Stream', value: line.stream, field: 'stream' },
    ...(part === null ? [] : [{ name: isReplica(part) ? 'Replica' : 'Run', value: isReplica(part) ? String(Number(part) + 1) : part, field: 'part', asked: part }]),
  ]
}

function FactRow({ fact: { name, value, field, asked = value, href }, filterBy }: { fact: Fact; filterBy: LineActions['filterBy'] }) {
  return (
    <div className="group/fact col-span-full grid grid-cols-subgrid items-center border-b border-line px-1 hover:bg-hover">
      <dt className="truncate py-0.5 pr-3 font-mono text-code text-muted" title={name}>
        {name}
      </dt>
      <dd className="flex min-w-0 items-center gap-1 font-mono text-code">
        {href === undefined ? (
          <span className="min-w-0 [overflow-wrap:anywhere]">{value.slice(0, 2_000)}</span>
        ) : (
          <Link href={href} className="min-w-0 [overflow-wrap:anywhere] text-ink underline decoration-line-strong underline-offset-2 hover:decoration-current">
            {value}
          </Link>
        )}
        {field === null ? null : (
          <span className="ml-auto flex shrink-0 opacity-60 group-hover/fact:opacity-100 focus-within:opacity-100">
            <IconButton size="small" label={`Only lines with this ${nameOf(field)}`} icon={<Filter />} onClick={() => filterBy(field, asked, false)} className="h-6!" />
            <IconButton size="small" label={`Leave lines with this ${nameOf(field)} out`} icon={<FilterX />} onClick={() => filterBy(field, asked, true)} className="h-6!" />
          </span>
        )}
      </dd>
    </div>
  )
}

function nameOf(field: string): string {
  return field.startsWith('@') ? field.slice(1) : field
}

/** The line as it was printed. */
function WholeText({ text }: { text: string }) {
  const [isWhole, setWhole] = useState(false)
  const isCut = !isWhole && text.length > SHOWN_CHARACTERS
  return (
    <>
      <pre tabIndex={0} role="group" aria-label="As it was printed" className="mt-2 max-h-80 overflow-auto rounded-control border border-line bg-sunken px-2.5 py-2 font-mono text-code whitespace-pre-wrap [overflow-wrap:anywhere] focus-visible:outline-offset-0">
        <AnsiText text={isCut ? text.slice(0, SHOWN_CHARACTERS) : text} />
      </pre>
      {isCut ? (
        <Button size="small" variant="ghost" className="mt-1" onClick={() => setWhole(true)}>
          Show all of it ({sizeWords(text.length)})
        </Button>
      ) : null}
    </>
  )
}
