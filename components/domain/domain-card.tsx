'use client'

import clsx from 'clsx'
import { ChevronRight, ExternalLink, MoreHorizontal, RefreshCw, RotateCcw, Star } from 'lucide-react'
import { createElement, useState } from 'react'

import { useRun } from '@/components/client/operations'
import { usePart } from '@/components/client/use-later'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { IconButton } from '@/components/ui/icon-button'
import { Menu } from '@/components/ui/menu'
import { problemOf } from '@/components/ui/problem'
import { toast } from '@/components/ui/toast'
import { useNow } from '@/components/ui/use-now'
import type { DomainView } from '@/lib/contract/domain'
import { domainCheck, domainResume, domainUpdate } from '@/lib/contract/doors'

import { DomainCertificates } from './domain-certificates'
import { DomainChecks } from './domain-checks'
import { DomainRecords } from './domain-records'
import { stateWords, summaryOf } from './domain-words'
import type { DomainDialogProps } from './delete-domain'

const DIALOGS = {
  rules: () => import('./rules-dialog').then((module) => module.RulesDialog),
  upload: () => import('./upload-dialog').then((module) => module.UploadDialog),
  provider: () => import('./provider-dialog').then((module) => module.ProviderDialog),
  remove: () => import('./delete-domain').then((module) => module.DeleteDomain),
}
type Opened = keyof typeof DIALOGS

export type DomainCardProps = { domain: DomainView; others: number; isOpen: boolean; onToggle: (isOpen: boolean) => void; onChanged: () => void; disabledReason: string | null }

/** One host name: its state in a line, and everything about it when it is opened. */
export function DomainCard({ domain, others, isOpen, onToggle, onChanged, disabledReason }: DomainCardProps) {
  const run = useRun()
  const [opened, setOpened] = useState<Opened | null>(null)
  const now = useNow(1_000)
  const { word, tone } = stateWords(domain)
  const doing = (what: Promise<unknown>, fails: string) => void what.then(onChanged, (error: unknown) => toast.error(fails, { description: problemOf(error).message }))
  const update = (change: object, fails: string) => doing(run(domainUpdate, { domainId: domain.id, ...change }), fails)
  const isFailed = domain.state === 'failed'
  const again = () => (isFailed ? doing(run(domainResume, { domainId: domain.id }), 'It is not looked for.') : doing(run(domainCheck, { domainId: domain.id }), 'It is not looked at.'))
  const isLooking = domain.nextCheckAt !== null && Date.parse(domain.nextCheckAt) <= now
  const menu = [
    { label: 'Rules and paths…', disabledReason, onSelect: () => setOpened('rules') },
    { label: 'Upload a certificate…', disabledReason, onSelect: () => setOpened('upload') },
    ...(domain.isWildcard ? [{ label: 'DNS provider…', disabledReason, onSelect: () => setOpened('provider' as const) }] : []),
    ...(domain.isWildcard || domain.isPrimary ? [] : [{ label: 'Make it the primary one', disabledReason, onSelect: () => update({ isPrimary: true }, 'It is not the primary one.') }]),
    ...(domain.isWildcard || domain.isPrimary || others === 0 ? [] : [{ label: 'Send visitors on to the primary one', checked: domain.redirectsToPrimary, disabledReason, onSelect: () => update({ redirectsToPrimary: !domain.redirectsToPrimary }, 'Nothing was changed.') }]),
    { kind: 'separator' as const },
    { label: 'Remove…', danger: true, disabledReason, onSelect: () => setOpened('remove') },
  ]
  return (
    <li className="rounded-card border border-line bg-surface shadow-card">
      <div className="flex items-center gap-1.5 py-2 pr-2 pl-1.5">
        <button type="button" aria-expanded={isOpen} onClick={() => onToggle(!isOpen)} className="flex min-w-0 flex-1 items-center gap-1.5 rounded-control p-1 text-left hover:bg-hover">
          <ChevronRight aria-hidden="true" className={clsx('size-4 shrink-0 text-faint transition-transform', isOpen && 'rotate-90')} />
          <span className="flex min-w-0 flex-1 flex-wrap items-center gap-x-2 gap-y-0.5">
            <span className="min-w-0 font-medium break-all">{domain.display}</span>
            {domain.isPrimary ? <Star aria-label="Primary" className="size-3.5 shrink-0 fill-current text-warning" /> : null}
            <Badge tone={tone}>{word}</Badge>
          </span>
        </button>
        {domain.url !== null && domain.state === 'active' ? (
          <a href={domain.url} target="_blank" rel="noreferrer" aria-label={`Open ${domain.display}`} className="inline-flex size-8 shrink-0 items-center justify-center rounded-control text-muted hover:bg-hover hover:text-ink">
            <ExternalLink aria-hidden="true" className="size-4" />
          </a>
        ) : null}
        <Menu label={`Actions of ${domain.display}`} trigger={<IconButton label="More actions" icon={<MoreHorizontal />} />} items={menu} />
      </div>
      {isOpen ? (
        <div className="space-y-4 border-t border-line px-4 py-3.5">
          {domain.display === domain.hostname ? null : <p className="font-mono text-code break-all text-faint">{domain.hostname}</p>}
          <div className="flex flex-wrap items-start justify-between gap-2">
            <p role="status" className="min-w-0 flex-1 basis-60 break-words">{summaryOf(domain)}</p>
            <Button size="small" icon={isFailed ? <RotateCcw /> : <RefreshCw />} loading={isLooking} disabledReason={disabledReason} onClick={again}>
              {isFailed ? 'Look again' : 'Check now'}
            </Button>
          </div>
          {domain.state === 'active' && domain.reason === null ? null : <DomainRecords domain={domain} />}
          {isFailed ? null : <DomainChecks domain={domain} />}
          <DomainCertificates domain={domain} disabledReason={disabledReason} onChanged={onChanged} />
        </div>
      ) : null}
      {opened === null ? null : <DomainDialog opened={opened} domain={domain} onChanged={onChanged} onClose={() => setOpened(null)} />}
    </li>
  )
}

/** Loaded when it is asked for. */
function DomainDialog({ opened, ...props }: DomainDialogProps & { opened: Opened }) {
  const Part = usePart<DomainDialogProps>(DIALOGS[opened], true)
  return Part === null ? null : createElement(Part, props)
}
