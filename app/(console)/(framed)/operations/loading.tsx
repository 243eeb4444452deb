import { Card } from '@/components/ui/card'
import { PageHeader } from '@/components/ui/page-header'
import { Skeleton } from '@/components/ui/skeleton'

const ROWS = [1, 2, 3, 4, 5, 6]

/** The shape of the jobs and the workers. */
export default function OperationsLoading() {
  return (
    <div aria-busy="true">
      <PageHeader title="Operations" description="What the platform does for this organization, and what it could not do." />
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_18rem]">
        <div>
          <Skeleton className="mb-4 h-9 w-full" />
          <Card>
            {ROWS.map((row) => (
              <div key={row} className="flex gap-3 border-b border-line px-4 py-3 last:border-b-0">
                <Skeleton className="h-4 w-20" />
                <div className="flex-1 space-y-2 py-0.5">
                  <Skeleton className="h-3.5 w-3/5" />
                  <Skeleton className="h-3 w-2/5" />
                </div>
              </div>
            ))}
          </Card>
        </div>
        <Skeleton className="h-40 w-full rounded-card" />
      </div>
    </div>
  )
}
