'use client'

import { useState } from 'react'

import { useService } from '@/components/canvas/canvas-context'
import { fetchQuery } from '@/components/client/query'
import { UseCard } from '@/components/service/use-card'
import { useLiveQuery } from '@/components/service/use-live-query'
import { LoadMore } from '@/components/ui/load-more'
import { ProblemMessage } from '@/components/ui/problem-message'
import { usePages, type Page } from '@/components/ui/use-pages'
import type { DeploymentView } from '@/lib/contract/deployment'
import { deploymentList, serviceGet } from '@/lib/contract/doors'
import type { ServiceView } from '@/lib/contract/service'
import { isProgressing } from '@/lib/domain/deployment-status'

import { DeploymentCard } from './deployment-card'
import { ExitNote } from './exit-note'
import { HistoryRow } from './history-row'
import { HoldNote } from './hold-note'
import { InspectionPanel } from './inspection-panel'
import { RollBackDialog } from './roll-back-dialog'
import { useDeploymentActions } from './use-deployment-actions'

const PAGE = 20
/** Stages may begin and end without the node changing; while something moves, it is looked at this often besides. */
const LOOK_MS = 3000

/** What is under way, what runs, what came before; before all that, what would be built. */
export function DeploymentsView({ initialService, initialPage }: { initialService: ServiceView; initialPage: Page<DeploymentView> }) {
  const serviceId = initialService.id
  const node = useService(serviceId)
  const [moves, setMoves] = useState(initialPage.items.some((deployment) => isProgressing(deployment.status)))
  const version = JSON.stringify([node?.latest, node?.activeId, node?.framework])
  const list = useLiveQuery(deploymentList, { serviceId, limit: PAGE }, { initial: initialPage, version, everyMs: moves ? LOOK_MS : null })
  const moving = list.data.items.some((deployment) => isProgressing(deployment.status))
  if (moving !== moves) setMoves(moving)
  const pages = usePages(list.data, (cursor) => fetchQuery(deploymentList, { serviceId, limit: PAGE, cursor }))
  const actions = useDeploymentActions(list.reload)
  const [question, setQuestion] = useState<DeploymentView | null>(null)
  const common = { actions, askRollBack: setQuestion }
  const { current, history } = arrange(pages.items)
  return (
    <div className="space-y-5">
      <ProblemMessage error={list.error} />
      {node?.hold ? <HoldNote service={node} /> : null}
      {node ? <ExitNote service={node} onDeployed={list.reload} /> : null}
      <UseCard serviceId={serviceId} version={node ? `${node.state} ${node.observed?.restarts}` : ''} />
      {current.map((deployment) => (
        <DeploymentCard key={deployment.id} deployment={deployment} expanded={deployment.status === 'failed' && deployment.stages.length > 0} {...common} />
      ))}
      {moving || pages.items.some((deployment) => deployment.status === 'active') ? null : <Plan initial={initialService} version={version} isFailureTold={pages.items[0]?.status === 'failed'} />}
      {history.length > 0 ? (
        <section aria-labelledby="history">
          <h3 id="history" className="mb-2 font-medium">
            History
          </h3>
          <ul className="divide-y divide-line overflow-hidden rounded-card border border-line">
            {history.map((deployment) => (
              <HistoryRow key={deployment.id} deployment={deployment} {...common} />
            ))}
          </ul>
        </section>
      ) : null}
      <LoadMore {...pages} />
      {node && node.hold === null && pages.items.length > 0 ? <HoldNote service={node} /> : null}
      <RollBackDialog deployment={question} onClose={() => setQuestion(null)} onConfirm={actions.rollBack} />
    </div>
  )
}

/** First what matters now: what is under way, the newest when it failed, what runs. Then everything else. */
function arrange(items: readonly DeploymentView[]): { current: DeploymentView[]; history: DeploymentView[] } {
  const isCurrent = (deployment: DeploymentView, index: number) => isProgressing(deployment.status) || deployment.status === 'active' || (index === 0 && deployment.status === 'failed')
  return { current: items.filter(isCurrent), history: items.filter((deployment, index) => !isCurrent(deployment, index)) }
}

function Plan({ initial, version, isFailureTold }: { initial: ServiceView; version: string; isFailureTold: boolean }) {
  const [isPending, setPending] = useState(initial.inspection?.status === 'pending')
  const service = useLiveQuery(serviceGet, { serviceId: initial.id }, { initial, version, everyMs: isPending ? 1500 : null })
  const pending = service.data.inspection?.status === 'pending'
  if (pending !== isPending) setPending(pending)
  // The card above says the same already.
  if (isFailureTold && service.data.inspection?.status === 'failed') return null
  return <InspectionPanel service={service.data} onChanged={service.replace} />
}
