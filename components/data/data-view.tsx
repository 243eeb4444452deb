'use client'

import { Database, RotateCw } from 'lucide-react'

import { useMissing } from '@/components/canvas/canvas-context'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { problemOf } from '@/components/ui/problem'
import { Skeleton } from '@/components/ui/skeleton'
import { dataOverview } from '@/lib/contract/doors'
import { ENGINES, type EngineName } from '@/lib/domain/engine/engines'

import { KeysView } from './keys-view'
import { TablesView } from './tables-view'
import { useAsk } from './use-ask'

type Props = { serviceId: string; engine: EngineName }

/** What is in a database: its tables and rows, or its keys. */
export function DataView(props: Props) {
  const refusal = useMissing('data.read')
  if (refusal !== null) return <EmptyState icon={<Database />} title="Data is not shown" className="my-auto">{refusal}</EmptyState>
  return <OpenData {...props} />
}

function OpenData({ serviceId, engine }: Props) {
  const { data, error, isLoading, reload } = useAsk(dataOverview, { serviceId })
  const again = (
    <Button icon={<RotateCw />} loading={isLoading} onClick={reload}>
      Try again
    </Button>
  )
  if (error) return <EmptyState icon={<Database />} title={`${ENGINES[engine].word} could not be asked`} className="my-auto" action={again}>{problemOf(error).message}</EmptyState>
  if (data === null) return <Loading />
  if (data.kind === 'none') return <EmptyState icon={<Database />} title="Not offered yet" className="my-auto">{data.reason}</EmptyState>
  if (data.kind === 'keys') return <KeysView serviceId={serviceId} databases={data.databases} onReload={reload} isLoading={isLoading} />
  return <TablesView serviceId={serviceId} engine={engine} overview={data} onReload={reload} isLoading={isLoading} />
}

function Loading() {
  return (
    <div role="status" aria-label="The database is asked" className="flex min-h-0 flex-1 gap-3 p-4">
      <Skeleton className="hidden w-40 sm:block" />
      <div className="flex flex-1 flex-col gap-2">
        <Skeleton className="h-8" />
        <Skeleton className="flex-1" />
      </div>
    </div>
  )
}
