import { Skeleton } from '@/components/ui/skeleton'

/** The shape of a tab that is on its way. */
export default function VolumeLoading() {
  return (
    <div role="status" aria-label="Loading" className="space-y-3">
      <Skeleton className="h-24" />
      <Skeleton className="h-10" />
      <Skeleton className="h-10" />
      <Skeleton className="h-10" />
    </div>
  )
}
