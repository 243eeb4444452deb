import { Skeleton } from '@/components/ui/skeleton'

/** The shape of a settings card. */
export default function SettingsLoading() {
  return (
    <div aria-busy="true" className="space-y-4 rounded-card border border-line bg-surface p-4">
      <Skeleton className="h-5 w-40" />
      <Skeleton className="h-4 w-72 max-w-full" />
      <Skeleton className="h-8 w-full" />
    </div>
  )
}
