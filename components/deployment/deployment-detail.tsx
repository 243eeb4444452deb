'use client'

import { ArrowLeft } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'

import { useEnvironment, useService } from '@/components/canvas/canvas-context'
import { LogView } from '@/components/logs/log-view'
import { paths } from '@/components/paths'
import { useLiveQuery } from '@/components/service/use-live-query'
import { Duration } from '@/components/ui/duration'
import { ProblemMessage } from '@/components/ui/problem-message'
import { DeploymentMark } from '@/components/ui/state-mark'
import type { DeploymentView } from '@/lib/contract/deployment'
import { deploymentGet } from '@/lib/contract/doors'
import { isProgressing } from '@/lib/domain/deployment-status'

import { MetaLine, RevisionLine } from './deployment-line'
import { FailureNote } from './failure-note'
import { ImageFacts } from './image-facts'
import { HarmNote } from './harm-note'
import { PauseNote } from './pause-note'
import { RecipeView } from './recipe-view'
import { RollBackDialog } from './roll-back-dialog'
import { StageList } from './stage-list'
import { DeploymentActionsRow } from './deployment-actions-row'
import { useDeploymentActions } from './use-deployment-actions'

/** One deployment with all that is known of it. */
export function DeploymentDetail({ initial }: { initial: DeploymentView }) {
  const { project, environmentId } = useEnvironment()
  const node = useService(initial.serviceId)
  const [moves, setMoves] = useState(isProgressing(initial.status))
  const query = useLiveQuery(deploymentGet, { deploymentId: initial.id }, { initial, version: JSON.stringify([node?.latest, node?.activeId]), everyMs: moves ? 3000 : null })
  const deployment = query.data
  const isMoving = isProgressing(deployment.status)
  if (isMoving !== moves) setMoves(isMoving)
  const actions = useDeploymentActions(query.reload)
  const [question, setQuestion] = useState<DeploymentView | null>(null)
  return (
    <div className="space-y-5">
      <div>
        <Link href={paths.service(project.id, environmentId, initial.serviceId)} className="mb-2 inline-flex items-center gap-1 rounded-small text-meta text-faint hover:text-ink">
          <ArrowLeft aria-hidden="true" className="size-3.5" /> All deployments
        </Link>
        <div className="flex flex-wrap items-start justify-between gap-3">
          <div className="min-w-0">
            <h3 className="flex items-center gap-2 font-medium">
              Deployment {deployment.number}
              <DeploymentMark status={deployment.status} className="text-meta font-normal" />
              {isMoving ? <Duration from={deployment.createdAt} to={null} className="font-mono text-code font-normal text-faint" /> : null}
            </h3>
            <RevisionLine deployment={deployment} />
            <MetaLine deployment={deployment} />
          </div>
          <DeploymentActionsRow deployment={deployment} actions={actions} askRollBack={setQuestion} />
        </div>
      </div>
      <ProblemMessage error={query.error} />
      {deployment.failure ? <FailureNote failure={deployment.failure} serviceId={deployment.serviceId} deploymentId={deployment.id} here={['deployments', 'logs']} /> : null}
      {deployment.harm ? <HarmNote harm={deployment.harm} serviceId={deployment.serviceId} /> : null}
      <section aria-label="Stages" className="rounded-card border border-line px-3.5 py-3">
        <StageList stages={deployment.stages} isOver={!isMoving} waitsFor={deployment.waitsFor} snapshots={deployment.snapshots} />
        {deployment.stages.length === 0 && !isMoving ? <p className="text-muted">It ended before its first stage.</p> : null}
      </section>
      {deployment.pauseMs === null ? null : <PauseNote pauseMs={deployment.pauseMs} />}
      <section aria-labelledby="log">
        <h3 id="log" className="mb-2 font-medium">
          Log
        </h3>
        <LogView scope={{ deploymentId: deployment.id }} className="h-[26rem] overflow-hidden rounded-card border border-line" />
      </section>
      {deployment.traceId === null ? null : (
        <p className="text-muted">
          Trace <code className="text-meta break-all select-all">{deployment.traceId}</code>
        </p>
      )}
      {deployment.image ? <ImageFacts image={deployment.image} /> : null}
      {deployment.recipe ? (
        <section aria-labelledby="recipe">
          <h3 id="recipe" className="mb-2 font-medium">
            How it was built
          </h3>
          <RecipeView recipe={deployment.recipe} />
        </section>
      ) : null}
      <RollBackDialog deployment={question} onClose={() => setQuestion(null)} onConfirm={actions.rollBack} />
    </div>
  )
}
