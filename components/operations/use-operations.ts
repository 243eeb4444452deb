'use client'

import { useCallback, useEffect, useState } from 'react'

import { fetchQuery } from '@/components/client/query'
import type { Page } from '@/components/ui/use-pages'
import { useVisible } from '@/components/ui/use-visible'
import { jobList, jobOverview, storageList } from '@/lib/contract/doors'
import type { JobOverview, JobView } from '@/lib/contract/job'
import type { JobStatus } from '@/lib/domain/job'

import { PAGE } from './page-size'
import type { Storage } from './storage-card'

export type Shown = { overview: JobOverview; storage: Storage; jobs: Page<JobView> }
export type Question = { organizationId: string; status: JobStatus | undefined }

const EVERY_MS = 3_000

/**
 * The queue as it is, read again every few seconds as long as the page can be seen, with as many pages of jobs as were
 * asked for. While a look fails, what was known stays.
 */
export function useOperations({ organizationId, status }: Question, initial: Shown) {
  const [state, setState] = useState({ from: initial, shown: initial, wanted: 1, loaded: 1, attempt: 0, error: null as unknown })
  if (state.from !== initial) setState({ ...state, from: initial, shown: initial, wanted: 1, loaded: 1, error: null })
  const isVisible = useVisible()
  const { wanted, attempt } = state

  useEffect(() => {
    if (!isVisible) return
    const end = new AbortController()
    let timer: ReturnType<typeof setTimeout>
    const look = async () => {
      try {
        const shown = await read({ organizationId, status }, wanted, end.signal)
        if (!end.signal.aborted) setState((before) => ({ ...before, shown, loaded: wanted, error: null }))
      } catch (error) {
        if (!end.signal.aborted) setState((before) => ({ ...before, loaded: wanted, error }))
      }
      if (!end.signal.aborted) timer = setTimeout(() => void look(), EVERY_MS)
    }
    void look()
    return () => {
      end.abort()
      clearTimeout(timer)
    }
  }, [organizationId, status, wanted, attempt, isVisible])

  const reload = useCallback(() => setState((before) => ({ ...before, attempt: before.attempt + 1 })), [])
  const loadMore = useCallback(() => setState((before) => ({ ...before, wanted: before.wanted + 1 })), [])
  return { ...state.shown, error: state.error, reload, loadMore, hasMore: state.shown.jobs.nextCursor !== null, pending: state.loaded < wanted }
}

async function read({ organizationId, status }: Question, pages: number, signal: AbortSignal): Promise<Shown> {
  const [overview, storage, jobs] = await Promise.all([fetchQuery(jobOverview, { organizationId }, signal), fetchQuery(storageList, { organizationId }, signal), readPages({ organizationId, status }, pages, signal)])
  return { overview, storage, jobs }
}

async function readPages({ organizationId, status }: Question, pages: number, signal: AbortSignal): Promise<Page<JobView>> {
  const all = new Map<string, JobView>()
  let cursor: string | null = null
  for (let page = 0; page < pages; page++) {
    const found: Page<JobView> = await fetchQuery(jobList, { organizationId, status, limit: PAGE, cursor: cursor ?? undefined }, signal)
    // A job that changed its state between two pages is shown once.
    for (const job of found.items) all.set(job.id, job)
    cursor = found.nextCursor
    if (cursor === null) break
  }
  return { items: [...all.values()], nextCursor: cursor }
}
