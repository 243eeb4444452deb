'use client'

import { ChevronRight, CircleX, FileText, MoreHorizontal, RotateCw, Undo2 } from 'lucide-react'
import Link from 'next/link'
import { useState, type ReactNode } from 'react'

import { useEnvironment, useMissing } from '@/components/canvas/canvas-context'
import { LogView } from '@/components/logs/log-view'
import { paths } from '@/components/paths'
import { Button } from '@/components/ui/button'
import { Duration } from '@/components/ui/duration'
import { IconButton } from '@/components/ui/icon-button'
import { Menu, type MenuEntry } from '@/components/ui/menu'
import { DeploymentMark } from '@/components/ui/state-mark'
import { useSubmit } from '@/components/ui/use-submit'
import type { DeploymentView } from '@/lib/contract/deployment'
import { isProgressing } from '@/lib/domain/deployment-status'

import { MetaLine, RevisionLine } from './deployment-line'
import { FailureNote } from './failure-note'
import { HarmNote } from './harm-note'
import { StageList, StageStrip } from './stage-list'
import type { DeploymentActions } from './use-deployment-actions'

export type DeploymentCardProps = {
  deployment: DeploymentView
  actions: DeploymentActions
  askRollBack: (deployment: DeploymentView) => void
  /** Shows stages and log without being asked. */
  expanded?: boolean
}

/** A deployment that matters now: the one under way, the one that runs, the one that has just failed. */
export function DeploymentCard({ deployment, actions, askRollBack, expanded = false }: DeploymentCardProps) {
  const { project, environmentId } = useEnvironment()
  const isMoving = isProgressing(deployment.status)
  const stage = deployment.stages.findLast((each) => each.status === 'running')?.name ?? deployment.stages.at(-1)?.name ?? null
  return (
    <article className="rounded-card border border-line bg-raised" aria-label={`Deployment ${deployment.number}`}>
      <header className="flex items-start gap-3 px-3.5 pt-3 pb-2.5">
        <div className="min-w-0 flex-1">
          <div className="flex items-center gap-2">
            <DeploymentMark status={deployment.status} stage={isMoving ? stage : undefined} className="font-medium" />
            {isMoving ? <Duration from={deployment.createdAt} to={null} className="font-mono text-code text-faint" /> : null}
          </div>
          <Link href={paths.deployment(project.id, environmentId, deployment.serviceId, deployment.id)} className="mt-1 block rounded-small hover:underline">
            <RevisionLine deployment={deployment} />
          </Link>
          <MetaLine deployment={deployment} />
        </div>
        <CardActions deployment={deployment} actions={actions} askRollBack={askRollBack} />
      </header>
      {deployment.failure ? <div className="px-3.5 pb-3"><FailureNote failure={deployment.failure} serviceId={deployment.serviceId} deploymentId={deployment.id} here={expanded ? ['deployments', 'logs'] : undefined} /></div> : null}
      {deployment.harm ? <div className="px-3.5 pb-3"><HarmNote harm={deployment.harm} serviceId={deployment.serviceId} /></div> : null}
      {isMoving ? (
        <div className="border-t border-line px-3.5 py-3">
          <StageList stages={deployment.stages} isOver={false} waitsFor={deployment.waitsFor} snapshots={deployment.snapshots} />
        </div>
      ) : (
        <StageStrip stages={deployment.stages} />
      )}
      <Expandable open={expanded} title="Log of this deployment" always={isMoving}>
        <LogView scope={{ deploymentId: deployment.id }} className="h-72 border-t border-line" emptyWords={deployment.reuses ? 'It uses a build made before; there is nothing to build.' : 'No line has been written yet.'} />
      </Expandable>
    </article>
  )
}

function Expandable({ open, always, title, children }: { open: boolean; always: boolean; title: string; children: ReactNode }) {
  const [isOpen, setOpen] = useState(open)
  if (always) return <div className="overflow-hidden rounded-b-card">{children}</div>
  return (
    <div className="overflow-hidden rounded-b-card">
      <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)} className="flex w-full items-center gap-1.5 border-t border-line px-3.5 py-1.5 text-left text-meta text-faint hover:bg-hover hover:text-ink focus-visible:outline-offset-[-2px]">
        <ChevronRight aria-hidden="true" className={`size-3.5 transition-transform ${isOpen ? 'rotate-90' : ''}`} />
        {title}
      </button>
      {isOpen ? children : null}
    </div>
  )
}

function CardActions({ deployment, actions, askRollBack }: Omit<DeploymentCardProps, 'expanded'>) {
  const missing = useMissing('deployment.create')
  const cancel = useSubmit(() => actions.cancel(deployment))
  if (isProgressing(deployment.status)) {
    return (
      <Button size="small" icon={<CircleX />} loading={cancel.pending} disabledReason={missing} onClick={() => void cancel.submit()}>
        Cancel
      </Button>
    )
  }
  return <DeploymentMenu deployment={deployment} actions={actions} askRollBack={askRollBack} />
}

/** What can be done with a deployment that is over. */
export function DeploymentMenu({ deployment, actions, askRollBack }: Omit<DeploymentCardProps, 'expanded'>) {
  const { project, environmentId } = useEnvironment()
  const missing = useMissing('deployment.create')
  const noBuild = deployment.stages.some((stage) => stage.name === 'release') ? 'Its build is no longer kept.' : 'It never had a build.'
  const items: MenuEntry[] = [
    { label: 'Details and log', icon: <FileText />, href: paths.deployment(project.id, environmentId, deployment.serviceId, deployment.id) },
    { kind: 'separator' },
    { label: 'Redeploy this build', icon: <RotateCw />, disabledReason: missing ?? (deployment.canRollBack || deployment.status === 'active' ? null : noBuild), onSelect: () => void actions.redeploy(deployment) },
    ...(deployment.status === 'active' ? [] : [{ label: 'Roll back to this…', icon: <Undo2 />, disabledReason: missing ?? (deployment.canRollBack ? null : noBuild), onSelect: () => askRollBack(deployment) }]),
  ]
  return <Menu label={`Actions of deployment ${deployment.number}`} trigger={<IconButton size="small" label={`Actions of deployment ${deployment.number}`} icon={<MoreHorizontal />} />} items={items} />
}
