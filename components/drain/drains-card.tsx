'use client'

import { Plus } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'

import { fetchQuery } from '@/components/client/query'
import { Button } from '@/components/ui/button'
import { SectionCard } from '@/components/ui/card'
import { LoadMore } from '@/components/ui/load-more'
import { usePages, type Page } from '@/components/ui/use-pages'
import { drainList } from '@/lib/contract/doors'
import type { DrainView } from '@/lib/contract/drain'

import { DrainDialog, type Place } from './drain-dialog'
import { DrainRow } from './drain-row'

/** While a test is on its way, or something waits to get through; and else. */
const LOOK_SOON_MS = 1_500
const LOOK_MS = 10_000

export type DrainsCardProps = { organizationId: string; first: Page<DrainView>; /** Projects with their environments. */ places: readonly Place[]; disabledReason: string | null }

/** Where log lines and metrics go besides being kept. */
export function DrainsCard({ organizationId, first, places, disabledReason }: DrainsCardProps) {
  const router = useRouter()
  const [creating, setCreating] = useState(false)
  const pages = usePages(first, (cursor) => fetchQuery(drainList, { organizationId, cursor }))
  const isSoon = pages.items.some(({ test, state }) => test?.status === 'queued' || state === 'behind')
  const isAny = pages.items.length > 0
  useEffect(() => {
    if (!isAny) return
    const timer = setInterval(() => void (document.visibilityState === 'visible' && router.refresh()), isSoon ? LOOK_SOON_MS : LOOK_MS)
    return () => clearInterval(timer)
  }, [isAny, isSoon, router])
  return (
    <SectionCard
      title="Drains"
      description="Send log lines and metrics to a store of your own as well, from now on and within seconds. What cannot be sent waits as long as it is kept here."
      action={
        <Button variant="primary" icon={<Plus />} disabledReason={disabledReason} onClick={() => setCreating(true)}>
          New drain
        </Button>
      }
    >
      {isAny ? null : <p className="text-muted">There are no drains. Lines and metrics stay here only. Add one to send them by HTTP, syslog, Loki or OpenTelemetry.</p>}
      <ul aria-label="Drains" className="-my-4 divide-y divide-line empty:hidden">
        {pages.items.map((drain) => (
          <DrainRow key={drain.id} organizationId={organizationId} drain={drain} places={places} disabledReason={disabledReason} />
        ))}
      </ul>
      <LoadMore {...pages} />
      {creating ? <DrainDialog organizationId={organizationId} drain={null} places={places} onClose={() => setCreating(false)} /> : null}
    </SectionCard>
  )
}
