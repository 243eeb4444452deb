'use client'

import { Play } from 'lucide-react'
import { useState } from 'react'

import { useMissing, useService } from '@/components/canvas/canvas-context'
import { fetchQuery } from '@/components/client/query'
import { factsOf } from '@/components/service/service-facts'
import { useLiveQuery } from '@/components/service/use-live-query'
import { Button } from '@/components/ui/button'
import { clockIn } from '@/components/ui/clock-in'
import { EmptyState } from '@/components/ui/empty-state'
import { LoadMore } from '@/components/ui/load-more'
import { ProblemMessage } from '@/components/ui/problem-message'
import { RelativeTime } from '@/components/ui/relative-time'
import { usePages, type Page } from '@/components/ui/use-pages'
import { useSubmit } from '@/components/ui/use-submit'
import { runList } from '@/lib/contract/doors'
import type { ServiceNode } from '@/lib/contract/graph'
import type { RunView } from '@/lib/contract/run'
import { isOpen } from '@/lib/domain/run-status'
import { canRun } from '@/lib/domain/service-can'

import { RunRow } from './run-row'
import { useRunActions, type RunActions } from './use-run-actions'

const PAGE = 30
/** While a run is at work, the list is looked at this often besides. */
const LOOK_MS = 2000

/** The runs of a service that runs by the clock: when the next one is due, and what came of the former ones. */
export function RunsView({ serviceId, initialPage }: { serviceId: string; initialPage: Page<RunView> }) {
  const node = useService(serviceId)
  const [moves, setMoves] = useState(initialPage.items.some((run) => isOpen(run.status)))
  const list = useLiveQuery(runList, { serviceId, limit: PAGE }, { initial: initialPage, version: JSON.stringify(node?.cron), everyMs: moves ? LOOK_MS : null })
  const moving = list.data.items.some((run) => isOpen(run.status))
  if (moving !== moves) setMoves(moving)
  const pages = usePages(list.data, (cursor) => fetchQuery(runList, { serviceId, limit: PAGE, cursor }))
  const actions = useRunActions(list.reload)
  return (
    <div className="space-y-5">
      {node ? <NextRun service={node} actions={actions} /> : null}
      <ProblemMessage error={list.error} />
      {pages.items.length === 0 ? (
        <EmptyState title="It has not run yet">{emptyWords(node)}</EmptyState>
      ) : (
        <ul aria-label="Runs" className="divide-y divide-line overflow-hidden rounded-card border border-line">
          {pages.items.map((run) => (
            <RunRow key={run.id} run={run} actions={actions} />
          ))}
        </ul>
      )}
      <LoadMore {...pages} />
    </div>
  )
}

function NextRun({ service, actions }: { service: ServiceNode; actions: RunActions }) {
  const missing = useMissing('deployment.create')
  const now = useSubmit(() => actions.runNow(service.id))
  return (
    <div className="flex flex-wrap items-center justify-between gap-3">
      <div>
        <h3 className="font-medium">{service.cron ? 'Next run' : 'No next run'} {service.cron?.nextDueAt ? <RelativeTime at={service.cron.nextDueAt} /> : null}</h3>
        <p className="text-meta text-faint" suppressHydrationWarning>
          {nextWords(service)}
        </p>
      </div>
      <Button icon={<Play />} loading={now.pending} disabledReason={missing ?? canRun(factsOf(service))} onClick={() => void now.submit()}>
        Run now
      </Button>
    </div>
  )
}

function nextWords({ cron, activeId }: ServiceNode): string {
  if (cron === null) return 'It has no schedule.'
  if (cron.nextDueAt !== null) return `${clockIn(cron.nextDueAt, cron.timeZone)}, ${cron.timeZone}`
  return activeId === null ? 'None until it is deployed.' : 'None while it is stopped.'
}

function emptyWords(service: ServiceNode | undefined): string {
  if (!service?.cron) return 'Set a schedule in the settings and deploy it. Then it runs by the clock.'
  return service.activeId === null ? 'Deploy it first. Then it runs by its schedule.' : 'Every run is listed here with its exit code and its log.'
}
