'use client'

import Link from 'next/link'

import { useLiveQuery } from '@/components/service/use-live-query'
import { RelativeTime } from '@/components/ui/relative-time'
import type { DeploymentSnapshotView, DeploymentView } from '@/lib/contract/deployment'
import { deploymentList } from '@/lib/contract/doors'

import { usePlace } from './snapshot-line'

const LAST = 50
const NONE: { items: DeploymentView[]; nextCursor: string | null } = { items: [], nextCursor: null }

/** Where the data lies that an earlier version left: going back to its build does not bring it back. */
export function FormerData({ deployment: { serviceId, number } }: { deployment: DeploymentView }) {
  const { data } = useLiveQuery(deploymentList, { serviceId, limit: LAST }, { initial: NONE, version: '', everyMs: null })
  const former = leftBy(number, data.items)
  if (former.length === 0) return null
  return (
    <div className="pt-1">
      <p>Data stays as it is now. Copies of what deployment {number} left to the next one are kept, and can be restored by themselves:</p>
      <ul className="mt-1 list-disc pl-5">
        {former.map((snapshot) => (
          <FormerLine key={snapshot.id} snapshot={snapshot} />
        ))}
      </ul>
    </div>
  )
}

function FormerLine({ snapshot }: { snapshot: DeploymentSnapshotView }) {
  const place = usePlace(snapshot)
  if (place === null) return null
  return (
    <li>
      <Link href={place} className="text-ink underline decoration-line-strong underline-offset-2 hover:decoration-current">
        Snapshot of {snapshot.source}
      </Link>
      {snapshot.finishedAt ? (
        <>
          , <RelativeTime at={snapshot.finishedAt} />
        </>
      ) : null}
    </li>
  )
}

/** Of each node the first whole snapshot that was taken before a later deployment. */
export function leftBy(number: number, deployments: readonly Pick<DeploymentView, 'number' | 'snapshots'>[]): DeploymentSnapshotView[] {
  const later = deployments.filter((each) => each.number > number).sort((a, b) => a.number - b.number)
  const first = new Map<string, DeploymentSnapshotView>()
  for (const snapshot of later.flatMap((each) => each.snapshots)) {
    if (snapshot.status === 'done' && snapshot.volumeId !== null && !first.has(snapshot.volumeId)) first.set(snapshot.volumeId, snapshot)
  }
  return [...first.values()]
}
