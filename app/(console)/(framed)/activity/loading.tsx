import { Card } from '@/components/ui/card'
import { PageHeader } from '@/components/ui/page-header'
import { Skeleton } from '@/components/ui/skeleton'

const ROWS = [1, 2, 3, 4, 5, 6, 7, 8]

/** The shape of the events. */
export default function ActivityLoading() {
  return (
    <div aria-busy="true">
      <PageHeader title="Activity" actions={<Skeleton className="h-8 w-48" />} />
      <Card>
        {ROWS.map((row) => (
          <div key={row} className="flex gap-3 border-b border-line px-4 py-2.5 last:border-b-0">
            <Skeleton className="size-7 rounded-full" />
            <div className="flex-1 space-y-2 py-0.5">
              <Skeleton className="h-3.5 w-2/5" />
              <Skeleton className="h-3 w-20" />
            </div>
          </div>
        ))}
      </Card>
    </div>
  )
}
