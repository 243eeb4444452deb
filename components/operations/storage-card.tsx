'use client'

import { useRun } from '@/components/client/operations'
import { bytesWords } from '@/components/service/use-words'
import { Button } from '@/components/ui/button'
import { SectionCard } from '@/components/ui/card'
import { problemOf } from '@/components/ui/problem'
import { RelativeTime } from '@/components/ui/relative-time'
import { Mark } from '@/components/ui/state-mark'
import { toast } from '@/components/ui/toast'
import { useSubmit } from '@/components/ui/use-submit'
import { storageClean } from '@/lib/contract/doors'
import type { DiskView, StorageView } from '@/lib/contract/storage'

export type Storage = { data: DiskView | null; logs: { bytes: number; budgetBytes: number }; targets: StorageView[] }

/** What lies on disks because of us, what of it would go, and a warning before one is full. */
export function StorageCard({ organizationId, storage, changed }: { organizationId: string; storage: Storage; changed: () => void }) {
  const { data, logs, targets } = storage
  if (data === null && targets.length === 0) return null
  return (
    <SectionCard title="Disks">
      <ul className="-my-4 divide-y divide-line">
        {data === null ? null : (
          <li className="py-3">
            <p className="font-medium">Data folder</p>
            <Room disk={data} />
            <p className="mt-0.5 text-meta text-muted">
              Logs {bytesWords(logs.bytes)} of {bytesWords(logs.budgetBytes)}
            </p>
          </li>
        )}
        {targets.map((target) => (
          <TargetStorage key={target.target.id} organizationId={organizationId} storage={target} changed={changed} />
        ))}
      </ul>
    </SectionCard>
  )
}

function Room({ disk }: { disk: DiskView }) {
  if (disk.warning !== null) return <p className="mt-0.5 text-meta break-words text-warning">{disk.warning}</p>
  return (
    <p className="mt-0.5 text-meta text-muted">
      {bytesWords(disk.freeBytes)} of {bytesWords(disk.totalBytes)} free
    </p>
  )
}

function TargetStorage({ organizationId, storage, changed }: { organizationId: string; storage: StorageView; changed: () => void }) {
  const { target, at, surplus, disk, cleaned } = storage
  const run = useRun()
  const clean = useSubmit(async () => {
    try {
      await run(storageClean, { organizationId, targetId: target.id })
    } catch (error) {
      toast.error('It was not cleaned.', { description: problemOf(error).message })
    }
    changed()
  })
  const surplusBytes = surplus.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  const hasWork = surplus.length > 0 || (storage.cleansCache && storage.cacheBytes > 0)
  return (
    <li className="py-3">
      <p className="flex items-center justify-between gap-2">
        <span className="truncate font-medium">{target.name}</span>
        {storage.isBeingCleaned ? (
          <Mark word="Cleaning" tone="progress" shape="ring" className="text-meta" />
        ) : (
          <Button size="small" loading={clean.pending} disabledReason={at === null ? 'It was not looked at yet.' : hasWork ? null : 'There is nothing that could go.'} onClick={() => void clean.submit()}>
            Clean
          </Button>
        )}
      </p>
      {disk ? <Room disk={disk} /> : null}
      {at === null ? (
        <p className="mt-0.5 text-meta text-faint">Not looked at yet.</p>
      ) : (
        <>
          <p className="mt-0.5 text-meta text-muted">
            Images {bytesWords(storage.imagesBytes)}
            {storage.budgetBytes === null ? null : ` of ${bytesWords(storage.budgetBytes)}`}, build cache {bytesWords(storage.cacheBytes)}
          </p>
          {surplus.length > 0 ? <SurplusList surplus={surplus} bytes={surplusBytes} /> : null}
          {storage.cacheBytes > 0 && !storage.cleansCache ? <p className="mt-1 text-meta text-faint">Build cache is left alone: the engine does not tell whose it is. EASEL_DOCKER_CLEAN_CACHE=true lets it be removed too.</p> : null}
        </>
      )}
      {cleaned ? (
        <p className="mt-1 text-meta text-faint">
          Cleaned <RelativeTime at={cleaned.at} />: {cleaned.images} {cleaned.images === 1 ? 'image' : 'images'}, {bytesWords(cleaned.bytes)}. {cleaned.message}
        </p>
      ) : null}
    </li>
  )
}

function SurplusList({ surplus, bytes }: { surplus: StorageView['surplus']; bytes: number }) {
  return (
    <details className="mt-1 text-meta">
      <summary className="text-muted hover:text-ink">
        {surplus.length} {surplus.length === 1 ? 'image' : 'images'} would go, {bytesWords(bytes)}
      </summary>
      <ul className="mt-1 max-h-60 space-y-1.5 overflow-y-auto">
        {surplus.map(({ id, service, sizeBytes, createdAt, why }) => (
          <li key={id} className="border-l border-line-strong pl-2">
            <p className="flex justify-between gap-2">
              <span className="truncate">{service === null ? 'Another service' : service.name}</span>
              <span className="shrink-0 text-faint">{bytesWords(sizeBytes)}</span>
            </p>
            <p className="text-faint">
              Made <RelativeTime at={createdAt} />. {why}
            </p>
          </li>
        ))}
      </ul>
    </details>
  )
}
