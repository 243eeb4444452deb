'use client'

import { Globe, Search } from 'lucide-react'
import { useState } from 'react'

import { useEnvironment, useMissing } from '@/components/canvas/canvas-context'
import { useLiveQuery } from '@/components/service/use-live-query'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { ProblemMessage } from '@/components/ui/problem-message'
import { useNow } from '@/components/ui/use-now'
import type { DomainView } from '@/lib/contract/domain'
import { domainList } from '@/lib/contract/doors'

import { AddDomain } from './add-domain'
import { DomainCard } from './domain-card'

/** While something is on its way, and otherwise. */
const SOON_MS = 2_000
const LATER_MS = 15_000
/** However many there are, so many are read again and again, and drawn. */
const PAGE_SIZE = 50

/** Host names of a service: a form for another one, and what each still needs. Where there are many, a page of them and a search. */
export function DomainsView({ serviceId, initial }: { serviceId: string; initial: { items: DomainView[]; nextCursor: string | null } }) {
  const { environmentId } = useEnvironment()
  const missing = useMissing('domain.write')
  const [openId, setOpenId] = useState<string | null>(null)
  const [isWaiting, setWaiting] = useState(true)
  const [search, setSearch] = useState('')
  /** Where pages begin, the last one being shown. */
  const [cursors, setCursors] = useState<string[]>([])
  const cursor = cursors.at(-1)
  const { data, error, reload } = useLiveQuery(domainList, { environmentId, serviceId, limit: PAGE_SIZE, ...(search.trim() === '' ? {} : { search }), ...(cursor === undefined ? {} : { cursor }) }, { initial, version: '', everyMs: isWaiting ? SOON_MS : LATER_MS })
  const now = useNow(1_000)
  const waits = data.items.some(({ state, nextCheckAt }) => (state !== 'active' && state !== 'failed') || (nextCheckAt !== null && Date.parse(nextCheckAt) < now))
  if (waits !== isWaiting) setWaiting(waits)
  const hasMany = initial.nextCursor !== null || data.nextCursor !== null || search !== '' || cursors.length > 0
  // A few are in the order in which they came; of many the newest are looked for most.
  const items = hasMany ? data.items : [...data.items].sort((a, b) => Number(b.isPrimary) - Number(a.isPrimary) || (a.createdAt < b.createdAt ? -1 : 1))
  const added = (domain: DomainView) => {
    setOpenId(domain.id)
    setSearch('')
    setCursors([])
    reload()
  }
  return (
    <div className="space-y-4">
      <AddDomain serviceId={serviceId} disabledReason={missing} onAdded={added} />
      <ProblemMessage error={error} />
      {hasMany ? (
        <Field label="Search host names" hideLabel>
          <Input
            type="search"
            value={search}
            onChange={(event) => {
              setSearch(event.target.value)
              setCursors([])
            }}
            placeholder="Search host names"
            autoComplete="off"
            spellCheck={false}
          />
        </Field>
      ) : null}
      {items.length === 0 && search !== '' ? (
        <EmptyState icon={<Search />} title="No such host name">
          None of this service has “{search.trim()}” in it.
        </EmptyState>
      ) : items.length === 0 ? (
        <EmptyState icon={<Globe />} title="No host name of your own">
          Type one above. You are told which DNS record to make; it is served a few minutes later, with a certificate that renews itself.
        </EmptyState>
      ) : (
        <ul className="space-y-3">
          {items.map((domain) => (
            <DomainCard key={domain.id} domain={domain} others={hasMany ? PAGE_SIZE : items.length - 1} isOpen={openId === domain.id || (openId === null && items.length === 1)} onToggle={(isOpen) => setOpenId(isOpen ? domain.id : 'none')} onChanged={reload} disabledReason={missing} />
          ))}
        </ul>
      )}
      {data.nextCursor !== null || cursors.length > 0 ? (
        <nav aria-label="Pages of host names" className="flex items-center justify-between gap-2">
          <Button size="small" disabled={cursors.length === 0} onClick={() => setCursors(cursors.slice(0, -1))}>
            Newer
          </Button>
          <span className="text-meta text-faint">Page {cursors.length + 1}, newest first</span>
          <Button size="small" disabled={data.nextCursor === null} onClick={() => data.nextCursor !== null && setCursors([...cursors, data.nextCursor])}>
            Older
          </Button>
        </nav>
      ) : null}
    </div>
  )
}
