'use client'

import { Button } from '@/components/ui/button'
import { useSubmit } from '@/components/ui/use-submit'
import type { ServiceNode } from '@/lib/contract/graph'
import { canDelete, canStart, canStop } from '@/lib/domain/service-can'

import { factsOf } from './service-facts'
import { useMissingActions } from './use-missing-actions'
import { useServiceActions } from './use-service-actions'

/** Stopping and deleting. */
export function DangerSection({ service }: { service: ServiceNode }) {
  const actions = useServiceActions()
  const missing = useMissingActions()
  const facts = factsOf(service)
  const isStopped = service.state === 'suspended'
  const toggle = useSubmit(() => (isStopped ? actions.start(service) : actions.stop(service)))
  return (
    <section aria-labelledby="danger" className="pb-2">
      <h3 id="danger" className="font-medium">
        Danger zone
      </h3>
      <div className="mt-3 divide-y divide-line rounded-card border border-bad/35">
        <div className="flex flex-wrap items-center justify-between gap-3 px-3.5 py-3">
          <p className="min-w-0 flex-1">
            {isStopped ? 'Start this service' : 'Stop this service'}
            <span className="block text-meta text-faint">{isStopped ? startWords(service) : stopWords(service)}</span>
          </p>
          <Button loading={toggle.pending} disabledReason={missing.write ?? (isStopped ? canStart(facts) : canStop(facts))} onClick={() => void toggle.submit()}>
            {isStopped ? 'Start' : 'Stop'}
          </Button>
        </div>
        <div className="flex flex-wrap items-center justify-between gap-3 px-3.5 py-3">
          <p className="min-w-0 flex-1">
            Delete this service
            <span className="block text-meta text-faint">Its process, address, builds, logs, variables and settings go. This cannot be undone.</span>
          </p>
          <Button variant="danger" disabledReason={missing.delete ?? canDelete(facts)} onClick={() => actions.askDelete(service)}>
            Delete…
          </Button>
        </div>
      </div>
    </section>
  )
}

function startWords({ cron }: ServiceNode): string {
  return cron === null ? 'Its last good deployment serves again.' : 'It runs by its schedule again.'
}

function stopWords({ cron }: ServiceNode): string {
  return `${cron === null ? 'Its address stops answering.' : 'It does not run any more, and what is at work is ended.'} Deployments, settings and variables stay.`
}
