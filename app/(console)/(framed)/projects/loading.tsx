import { Skeleton } from '@/components/ui/skeleton'
import { PageHeader } from '@/components/ui/page-header'

const CARDS = [1, 2, 3, 4, 5, 6]

/** The shape of the project cards. */
export default function ProjectsLoading() {
  return (
    <div aria-busy="true">
      <PageHeader title="Projects" actions={<Skeleton className="h-8 w-56" />} />
      <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
        {CARDS.map((card) => (
          <div key={card} className="overflow-hidden rounded-card border border-line bg-surface">
            <div className="aspect-[2.2] border-b border-line bg-sunken" />
            <div className="space-y-2 px-3.5 py-3">
              <Skeleton className="h-4 w-2/5" />
              <Skeleton className="h-3 w-3/5" />
              <Skeleton className="h-3 w-1/3" />
            </div>
          </div>
        ))}
      </div>
    </div>
  )
}
