'use client'

import { RefreshCw } from 'lucide-react'

import { useMissing } from '@/components/canvas/canvas-context'
import { useRun } from '@/components/client/operations'
import { Button } from '@/components/ui/button'
import { Code } from '@/components/ui/code'
import { ProblemMessage } from '@/components/ui/problem-message'
import { RelativeTime } from '@/components/ui/relative-time'
import { Skeleton } from '@/components/ui/skeleton'
import { Spinner } from '@/components/ui/spinner'
import { useSubmit } from '@/components/ui/use-submit'
import { serviceInspect } from '@/lib/contract/doors'
import type { InspectionView, ServiceView } from '@/lib/contract/service'

import { FailureNote } from './failure-note'
import { RecipeView } from './recipe-view'

/** Before the first deployment: what would be built and why, read from the source. */
export function InspectionPanel({ service, onChanged }: { service: ServiceView; onChanged: (service: ServiceView) => void }) {
  const run = useRun()
  const mayWrite = useMissing('service.write')
  const again = useSubmit(async () => onChanged(await run(serviceInspect, { serviceId: service.id })))
  const { inspection } = service
  const isPending = inspection?.status === 'pending'
  return (
    <section aria-labelledby="plan">
      <header className="mb-3 flex flex-wrap items-start justify-between gap-2">
        <div>
          <h3 id="plan" className="font-medium">
            How it will be built
          </h3>
          <InspectionTime inspection={inspection} />
        </div>
        <Button size="small" icon={<RefreshCw />} loading={again.pending} disabled={isPending} disabledReason={mayWrite} onClick={() => void again.submit()}>
          Read again
        </Button>
      </header>
      <ProblemMessage error={again.error} className="mb-3" />
      <Plan service={service} />
    </section>
  )
}

function InspectionTime({ inspection }: { inspection: InspectionView | null }) {
  if (inspection === null) return <p className="text-meta text-faint">The source has not been read yet.</p>
  if (inspection.status === 'pending') {
    return (
      <p role="status" className="flex items-center gap-1.5 text-meta text-progress">
        <Spinner className="size-3!" /> Reading the source
      </p>
    )
  }
  return (
    <p className="text-meta text-faint">
      Read <RelativeTime at={inspection.at} />
      {inspection.commit ? <> at <Code>{inspection.commit.slice(0, 7)}</Code></> : null}
    </p>
  )
}

function Plan({ service }: { service: ServiceView }) {
  const { inspection } = service
  if (inspection?.status === 'failed' && inspection.failure) return <FailureNote failure={inspection.failure} serviceId={service.id} />
  if (inspection?.recipe) return <RecipeView recipe={inspection.recipe} />
  if (inspection?.dockerfile) return <p className="text-muted">Its image is made by <Code>{inspection.dockerfile}</Code>, as the source has it.</p>
  if (service.source.type === 'image') return <p className="text-muted">Nothing is built: it runs the image <Code>{service.source.reference}</Code>. What that leads to is asked when it is deployed.</p>
  if (inspection?.status === 'pending') {
    return (
      <div className="space-y-px overflow-hidden rounded-control border border-line">
        {Array.from({ length: 5 }, (_, index) => (
          <div key={index} className="flex gap-4 px-3 py-2.5">
            <Skeleton className="h-4 w-28" />
            <Skeleton className="h-4 w-56" />
          </div>
        ))}
      </div>
    )
  }
  return <p className="text-muted">Read the source to see how it would be built, or deploy it straight away.</p>
}
