'use client'

import { Globe } from 'lucide-react'
import { useState } from 'react'

import { useEnvironment, useMissing } from '@/components/canvas/canvas-context'
import { useLiveQuery } from '@/components/service/use-live-query'
import { EmptyState } from '@/components/ui/empty-state'
import { ProblemMessage } from '@/components/ui/problem-message'
import { useNow } from '@/components/ui/use-now'
import type { DomainView } from '@/lib/contract/domain'
import { domainList } from '@/lib/contract/doors'

import { AddDomain } from './add-domain'
import { DomainCard } from './domain-card'

/** While something is on its way, and otherwise. */
const SOON_MS = 2_000
const LATER_MS = 15_000

/** Host names of a service: a form for another one, and what each still needs. */
export function DomainsView({ serviceId, initial }: { serviceId: string; initial: { items: DomainView[]; nextCursor: string | null } }) {
  const { environmentId } = useEnvironment()
  const missing = useMissing('domain.write')
  const [openId, setOpenId] = useState<string | null>(null)
  const [isWaiting, setWaiting] = useState(true)
  const { data, error, reload } = useLiveQuery(domainList, { environmentId, serviceId, limit: 100 }, { initial, version: '', everyMs: isWaiting ? SOON_MS : LATER_MS })
  const now = useNow(1_000)
  const waits = data.items.some(({ state, nextCheckAt }) => (state !== 'active' && state !== 'failed') || (nextCheckAt !== null && Date.parse(nextCheckAt) < now))
  if (waits !== isWaiting) setWaiting(waits)
  const items = [...data.items].sort((a, b) => Number(b.isPrimary) - Number(a.isPrimary) || (a.createdAt < b.createdAt ? -1 : 1))
  const added = (domain: DomainView) => {
    setOpenId(domain.id)
    reload()
  }
  return (
    <div className="space-y-4">
      <AddDomain serviceId={serviceId} disabledReason={missing} onAdded={added} />
      <ProblemMessage error={error} />
      {items.length === 0 ? (
        <EmptyState icon={<Globe />} title="No host name of your own">
          Type one above. You are told which DNS record to make; it is served a few minutes later, with a certificate that renews itself.
        </EmptyState>
      ) : (
        <ul className="space-y-3">
          {items.map((domain) => (
            <DomainCard key={domain.id} domain={domain} others={items.length - 1} isOpen={openId === domain.id || (openId === null && items.length === 1)} onToggle={(isOpen) => setOpenId(isOpen ? domain.id : 'none')} onChanged={reload} disabledReason={missing} />
          ))}
        </ul>
      )}
      {data.nextCursor !== null ? <p className="text-meta text-faint">The 100 newest are shown. `easel domain list` shows all.</p> : null}
    </div>
  )
}
