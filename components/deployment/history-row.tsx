'use client'

import Link from 'next/link'

import { useEnvironment } from '@/components/canvas/canvas-context'
import { paths } from '@/components/paths'
import { DeploymentMark } from '@/components/ui/state-mark'
import { REMEDY } from '@/lib/domain/failure'

import { DeploymentMenu, type DeploymentCardProps } from './deployment-card'
import { MetaLine, RevisionLine } from './deployment-line'

/** A former deployment as a row. The whole row leads to its details. */
export function HistoryRow({ deployment, actions, askRollBack }: Omit<DeploymentCardProps, 'expanded'>) {
  const { project, environmentId } = useEnvironment()
  return (
    <li className="relative flex items-start gap-3 px-3.5 py-2.5 hover:bg-hover has-[a:focus-visible]:outline-2 has-[a:focus-visible]:outline-accent">
      <DeploymentMark status={deployment.status} hideWord className="mt-1" />
      <div className="min-w-0 flex-1">
        <Link href={paths.deployment(project.id, environmentId, deployment.serviceId, deployment.id)} className="block outline-none after:absolute after:inset-0">
          <RevisionLine deployment={deployment} />
        </Link>
        <MetaLine deployment={deployment} />
        {deployment.failure ? <p className="truncate text-meta text-bad" title={deployment.failure.message}>{REMEDY[deployment.failure.reason].title}</p> : null}
        {deployment.harm ? <p className="truncate text-meta text-bad" title={deployment.harm.message}>It did harm and was undone</p> : null}
      </div>
      <span className="relative">
        <DeploymentMenu deployment={deployment} actions={actions} askRollBack={askRollBack} />
      </span>
    </li>
  )
}
