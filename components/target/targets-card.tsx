'use client'

import { Plus } from 'lucide-react'
import { useState } from 'react'

import { useLiveQuery } from '@/components/service/use-live-query'
import { Button } from '@/components/ui/button'
import { SectionCard } from '@/components/ui/card'
import { ProblemMessage } from '@/components/ui/problem-message'
import { targetList } from '@/lib/contract/doors'
import type { TargetView } from '@/lib/contract/target'

import { TargetDialog } from './target-dialog'
import { TargetRow } from './target-row'

const CHECKING_MS = 1_000
const RESTING_MS = 15_000

export type TargetsCardProps = { organizationId: string; initial: { items: TargetView[]; nextCursor: string | null }; disabledReason: string | null }

/** The machines environments run on, with what was found when each was last looked at. */
export function TargetsCard({ organizationId, initial, disabledReason }: TargetsCardProps) {
  const [adding, setAdding] = useState(false)
  const [isChecking, setChecking] = useState(false)
  const { data, error, reload } = useLiveQuery(targetList, { organizationId, limit: 100 }, { initial, version: '', everyMs: isChecking ? CHECKING_MS : RESTING_MS })
  const checking = data.items.some((target) => target.isBeingChecked)
  if (checking !== isChecking) setChecking(checking)
  const others = data.items.filter((target) => !target.isBuiltIn)
  return (
    <SectionCard
      title="Targets"
      description="Machines that environments run on. New projects begin on the default; each environment can choose another one until something is deployed in it."
      action={
        <Button variant="primary" icon={<Plus />} disabledReason={disabledReason} onClick={() => setAdding(true)}>
          Add target
        </Button>
      }
    >
      <ul className="-my-4 divide-y divide-line">
        {data.items.map((target) => (
          <TargetRow key={target.id} organizationId={organizationId} target={target} disabledReason={disabledReason} onChange={reload} />
        ))}
      </ul>
      {others.length === 0 ? <p className="mt-8 text-muted">No other machine has been added. A Docker engine elsewhere can be reached over TLS or SSH.</p> : null}
      <ProblemMessage error={error} className="mt-4" />
      {adding ? <TargetDialog organizationId={organizationId} target={null} onDone={reload} onClose={() => setAdding(false)} /> : null}
    </SectionCard>
  )
}
