'use client'

import { CalendarClock } from 'lucide-react'
import { useState, type ReactNode } from 'react'

import { useMissing } from '@/components/canvas/canvas-context'
import { Button } from '@/components/ui/button'
import { RelativeTime } from '@/components/ui/relative-time'
import type { SnapshotPlanView } from '@/lib/contract/snapshot'

import { PlanDialog } from './plan-dialog'
import { planWords } from './snapshot-words'
import type { SnapshotsOf } from './snapshots-of'

type Props = { of: SnapshotsOf; view: SnapshotPlanView; /** The button beside it. */ take: ReactNode; onChanged: () => void }

/** When the next snapshot is taken by itself. */
export function PlanSection({ of, view: { plan, nextAt, lastProof, stores, cannotTry }, take, onChanged }: Props) {
  const [isOpen, setIsOpen] = useState(false)
  const missing = useMissing('service.write')
  return (
    <div className="flex flex-wrap items-center justify-between gap-3">
      <div className="min-w-0">
        <h3 className="font-medium">{plan === null ? 'No schedule' : nextAt === null ? 'No next snapshot' : <>Next snapshot <RelativeTime at={nextAt} /></>}</h3>
        <p className="text-meta text-faint">{plan === null ? 'Snapshots are taken when somebody asks for one.' : planWords(plan)}</p>
        {lastProof ? (
          <p className="text-meta text-faint">
            Last proven restore <RelativeTime at={lastProof.at} />. {lastProof.message}
          </p>
        ) : null}
      </div>
      <div className="flex flex-wrap gap-2">
        <Button icon={<CalendarClock />} disabledReason={missing} onClick={() => setIsOpen(true)}>
          Schedule
        </Button>
        {take}
      </div>
      {isOpen ? <PlanDialog of={of} view={{ plan, stores, cannotTry }} onClose={() => setIsOpen(false)} onChanged={onChanged} /> : null}
    </div>
  )
}
