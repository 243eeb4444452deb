import { Skeleton } from '@/components/ui/skeleton'

/** The shape of a dashboard, until it is there. */
export default function MetricsLoading() {
  return (
    <div role="status" aria-label="Loading the charts" className="absolute inset-0 z-30 overflow-hidden bg-canvas">
      <div className="mx-auto flex max-w-[1760px] flex-col gap-3 px-4 pt-4 sm:px-6">
        <Skeleton className="h-8 w-40" />
        <Skeleton className="h-7 w-80 max-w-full" />
        <div className="grid gap-3 md:grid-cols-2">
          {Array.from({ length: 6 }, (_, index) => (
            <Skeleton key={index} className="h-[252px]" />
          ))}
        </div>
      </div>
    </div>
  )
}
