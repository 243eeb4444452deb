'use client'

import { Camera } from 'lucide-react'
import { useCallback, useMemo, useState } from 'react'

import { useMissing } from '@/components/canvas/canvas-context'
import { fetchQuery } from '@/components/client/query'
import { useLiveQuery } from '@/components/service/use-live-query'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { LoadMore } from '@/components/ui/load-more'
import { ProblemMessage } from '@/components/ui/problem-message'
import { usePages, type Page } from '@/components/ui/use-pages'
import { useSubmit } from '@/components/ui/use-submit'
import { snapshotList, snapshotPlan } from '@/lib/contract/doors'
import type { SnapshotPlanView, SnapshotView } from '@/lib/contract/snapshot'

import { PlanSection } from './plan-section'
import { RestoreLine } from './restore-line'
import { SnapshotRow } from './snapshot-row'
import { isOpen } from './snapshot-words'
import type { SnapshotsOf } from './snapshots-of'
import { TakeDialog } from './take-dialog'
import { useSnapshotActions } from './use-snapshot-actions'

const PAGE = 30
/** While something is on its way, it is looked at this often besides. */
const LOOK_MS = 1_500

type Props = { of: SnapshotsOf; /** Changes with what the canvas knows of it. */ version: string; initialPage: Page<SnapshotView>; initialPlan: SnapshotPlanView }

/** Snapshots of a database or volume: what there is, when there will be more, and what was put back. */
export function SnapshotsView({ of: { named, name, noun }, version, initialPage, initialPlan }: Props) {
  const { environmentId, serviceId, volumeId } = named
  const of = useMemo<SnapshotsOf>(() => ({ named: { environmentId, ...(serviceId === undefined ? {} : { serviceId }), ...(volumeId === undefined ? {} : { volumeId }) }, name, noun }), [environmentId, serviceId, volumeId, name, noun])
  const [moves, setMoves] = useState(true)
  const everyMs = moves ? LOOK_MS : null
  const list = useLiveQuery(snapshotList, { ...of.named, limit: PAGE }, { initial: initialPage, version, everyMs })
  const plan = useLiveQuery(snapshotPlan, of.named, { initial: initialPlan, version, everyMs })
  const [restore] = plan.data.restores
  const moving = list.data.items.some(({ status, isBeingProven }) => isOpen(status) || isBeingProven) || (restore !== undefined && isOpen(restore.status))
  if (moving !== moves) setMoves(moving)
  const pages = usePages(list.data, (cursor) => fetchQuery(snapshotList, { ...of.named, limit: PAGE, cursor }))
  const { reload: reloadList } = list
  const { reload: reloadPlan } = plan
  const changed = useCallback(() => {
    reloadList()
    reloadPlan()
  }, [reloadList, reloadPlan])
  const actions = useSnapshotActions(of, changed)
  const take = useSubmit(actions.take)
  const [isTaking, setIsTaking] = useState(false)
  const missing = useMissing('service.write')
  return (
    <div className="space-y-5">
      <PlanSection
        of={of}
        view={plan.data}
        onChanged={changed}
        take={
          <Button icon={<Camera />} loading={take.pending} disabledReason={missing ?? plan.data.cannotTake} onClick={() => (plan.data.stores.length === 0 ? void take.submit() : setIsTaking(true))}>
            Take one now
          </Button>
        }
      />
      {isTaking ? <TakeDialog of={of} view={plan.data} onClose={() => setIsTaking(false)} onChanged={changed} /> : null}
      {restore ? <RestoreLine restore={restore} onCancel={() => actions.cancelRestore(restore)} /> : null}
      <ProblemMessage error={list.error ?? plan.error} />
      {pages.items.length === 0 ? (
        <EmptyState icon={<Camera />} title="No snapshots yet">A snapshot is a copy of everything in {name}, to go back to or to start another {noun} with.</EmptyState>
      ) : (
        <ul aria-label="Snapshots" className="divide-y divide-line overflow-hidden rounded-card border border-line">
          {pages.items.map((snapshot) => (
            <SnapshotRow key={snapshot.id} of={of} snapshot={snapshot} isRestoring={restore !== undefined && isOpen(restore.status)} actions={actions} onChanged={changed} />
          ))}
        </ul>
      )}
      <LoadMore {...pages} />
    </div>
  )
}
