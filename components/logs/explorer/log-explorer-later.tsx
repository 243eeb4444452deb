'use client'

import dynamic from 'next/dynamic'

import { Skeleton } from '@/components/ui/skeleton'

/** The explorer, which is loaded when somebody looks at logs, and drawn in the browser only: its times are of the reader's own zone. */
export const LogExplorerLater = dynamic(() => import('./log-explorer').then((module) => module.LogExplorer), { ssr: false, loading: ExplorerSkeleton })

/** What comes, at its size. */
function ExplorerSkeleton() {
  return (
    <div role="status" aria-label="Loading the log explorer" className="flex min-h-0 flex-1 flex-col bg-surface">
      <div className="flex gap-2 border-b border-line px-3 py-2">
        <Skeleton className="h-8 flex-1" />
        <Skeleton className="h-8 w-24" />
      </div>
      <Skeleton className="mx-3 my-2 h-18" />
      <div className="flex-1 bg-sunken" />
    </div>
  )
}
