'use client'

import { Badge } from '@/components/ui/badge'
import { Duration } from '@/components/ui/duration'
import { RelativeTime } from '@/components/ui/relative-time'
import type { DeploymentView } from '@/lib/contract/deployment'

import { revisionWords, triggerWords } from './deployment-words'

/** What was deployed: the first line of a deployment, wherever it is shown. */
export function RevisionLine({ deployment }: { deployment: DeploymentView }) {
  const trigger = triggerWords(deployment)
  return (
    <span className="flex min-w-0 items-center gap-2">
      <span className="min-w-0 truncate" title={deployment.revision?.message ?? undefined}>
        {revisionWords(deployment)}
      </span>
      {trigger ? <Badge>{trigger}</Badge> : null}
    </span>
  )
}

/** Its number, commit, who, when and how long: the second line. */
export function MetaLine({ deployment }: { deployment: DeploymentView }) {
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-1.5 text-meta text-faint">
      <span>#{deployment.number}</span>
      {deployment.revision ? <Part><code className="font-mono text-[0.6875rem]" title={deployment.revision.commit}>{deployment.revision.commit.slice(0, 7)}</code></Part> : null}
      {deployment.createdBy ? <Part><span title={deployment.createdBy.email}>{deployment.createdBy.name}</span></Part> : null}
      <Part><RelativeTime at={deployment.createdAt} /></Part>
      {deployment.startedAt && deployment.finishedAt ? <Part><span title="How long it took"><Duration from={deployment.startedAt} to={deployment.finishedAt} /></span></Part> : null}
    </span>
  )
}

function Part({ children }: { children: React.ReactNode }) {
  return (
    <>
      <span aria-hidden="true">·</span>
      {children}
    </>
  )
}
