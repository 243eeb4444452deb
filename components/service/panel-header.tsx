'use client'

import { ExternalLink, MoreHorizontal, Rocket, X } from 'lucide-react'

import { useServiceMenu } from '@/components/canvas/commands/use-menu-of'
import { asName, Name } from '@/components/canvas/name'
import { Button } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'
import { IconButton } from '@/components/ui/icon-button'
import { Menu } from '@/components/ui/menu'
import { StateMark } from '@/components/ui/state-mark'
import { useSubmit } from '@/components/ui/use-submit'
import type { ServiceNode } from '@/lib/contract/graph'
import { databaseWords } from '@/lib/domain/engine/engines'
import { canDeploy } from '@/lib/domain/service-can'

import { factsOf, wantsDeploy } from './service-facts'
import { scheduleWords } from './schedule-words'
import { ServiceBadges } from './service-badges'
import { ServiceIcon } from './service-icon'
import { useMissingActions } from './use-missing-actions'
import { useServiceActions } from './use-service-actions'

/** Name, state, address and actions of the service whose panel is open. */
export function PanelHeader({ service, onClose }: { service: ServiceNode; onClose: () => void }) {
  const actions = useServiceActions()
  const missing = useMissingActions()
  const menu = useServiceMenu()
  const { submit, pending } = useSubmit(() => actions.deploy(service))
  return (
    <header className="shrink-0 px-5 pt-4 pb-1.5">
      <div className="flex items-center gap-2.5">
        <ServiceIcon service={service} className="shrink-0 text-muted" />
        {/* Beside the name where there is room for both, below it on a phone. */}
        <div className="flex min-w-0 flex-1 flex-col sm:flex-row sm:items-center sm:gap-2.5">
          <Name id={service.id} at="panel">
            <h2 {...asName(service.id, 'panel')} className="min-w-0 truncate text-title font-semibold" title={service.name}>
              {service.name}
            </h2>
          </Name>
          <span className="flex shrink-0 items-center gap-2.5">
            <StateMark state={service.state} stage={service.latest?.stage ?? null} className="shrink-0 text-meta" />
            <ServiceBadges service={service} />
          </span>
        </div>
        <div className="flex shrink-0 items-center gap-1">
          <Button
            variant={wantsDeploy(service) ? 'primary' : 'secondary'}
            icon={<Rocket />}
            loading={pending}
            disabledReason={missing.deploy ?? canDeploy(factsOf(service))}
            onClick={() => void submit()}
          >
            Deploy
          </Button>
          <Menu label="More actions" trigger={<IconButton label="More actions" icon={<MoreHorizontal />} />} items={menu(service, true)} />
          <IconButton label="Close (Escape)" icon={<X />} onClick={onClose} className="-mr-1.5" />
        </div>
      </div>
      <div className="mt-0.5 flex min-w-0 items-center gap-0.5">
        <Address service={service} />
      </div>
    </header>
  )
}

/** Where it answers; of a service that runs by the clock, when it runs; of a database, what it is. */
function Address({ service: { url, cron, source } }: { service: ServiceNode }) {
  if (cron !== null) return <p className="truncate py-1 font-mono text-code text-muted">{scheduleWords(cron)}</p>
  if (source.type === 'database') {
    return (
      <p className="truncate py-1 text-muted">
        {databaseWords(source)} <span className="ml-1 font-mono text-code text-faint">{url.replace(/^.*:\/\//, '')}</span>
      </p>
    )
  }
  return (
    <>
      <a href={url} target="_blank" rel="noreferrer" className="flex min-w-0 items-center gap-1.5 font-mono text-code text-muted hover:text-ink hover:underline">
        <span className="truncate">{url.replace(/^https?:\/\//, '')}</span>
        <ExternalLink aria-hidden="true" className="size-3.5 shrink-0" />
      </a>
      <CopyButton text={url} label="Copy URL" />
    </>
  )
}
