'use client'

import Link from 'next/link'

import { useEnvironment } from '@/components/canvas/canvas-context'
import { paths } from '@/components/paths'
import { bytesWords } from '@/components/service/use-words'
import { Duration } from '@/components/ui/duration'
import type { DeploymentSnapshotView } from '@/lib/contract/deployment'

/** What was copied before a deployment, below its stage: how large, how long it took, and the way there. */
export function SnapshotLine({ snapshot: { id, source, serviceId, volumeId, status, message, sizeBytes, startedAt, finishedAt } }: { snapshot: DeploymentSnapshotView }) {
  const place = usePlace({ id, serviceId, volumeId })
  const name = `Snapshot of ${source}`
  return (
    <li className="pl-6.5 text-meta text-muted">
      <div className="flex items-baseline gap-2.5">
        <span className="min-w-0 truncate">
          {place === null ? (
            name
          ) : (
            <Link href={place} className="text-ink underline decoration-line-strong underline-offset-2 hover:decoration-current">
              {name}
            </Link>
          )}
          {sizeBytes === null ? null : `, ${bytesWords(sizeBytes)}`}
          {WORD[status]}
        </span>
        {startedAt ? <Duration from={startedAt} to={finishedAt} className="ml-auto font-mono text-code text-faint" /> : null}
      </div>
      {status === 'failed' && message ? <p className="break-words text-bad">{message}</p> : null}
    </li>
  )
}

const WORD: Record<DeploymentSnapshotView['status'], string> = { queued: ', waiting', running: '', done: '', failed: ', failed', cancelled: ', cancelled' }

/** Where a snapshot is shown; null when what it is of is gone. */
export function usePlace({ id, serviceId, volumeId }: Pick<DeploymentSnapshotView, 'id' | 'serviceId' | 'volumeId'>): string | null {
  const { project, environmentId } = useEnvironment()
  if (serviceId !== null) return `${paths.service(project.id, environmentId, serviceId, 'snapshots')}#${id}`
  return volumeId === null ? null : `${paths.volume(project.id, environmentId, volumeId, 'snapshots')}#${id}`
}
