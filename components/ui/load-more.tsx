'use client'

import { Button } from './button'
import { ProblemMessage } from './problem-message'

export type LoadMoreProps = { hasMore: boolean; pending: boolean; error: unknown; loadMore: () => unknown }

/** The end of a list that has more; takes what `usePages` returns. */
export function LoadMore({ hasMore, pending, error, loadMore }: LoadMoreProps) {
  if (!hasMore && error === null) return null
  return (
    <div className="mt-5 flex flex-col items-center gap-3">
      <ProblemMessage error={error} />
      <Button loading={pending} onClick={() => void loadMore()}>
        Load more
      </Button>
    </div>
  )
}
