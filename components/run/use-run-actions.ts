'use client'

import { useMemo } from 'react'

import { useRun } from '@/components/client/operations'
import { problemOf } from '@/components/ui/problem'
import { toast } from '@/components/ui/toast'
import { runCancel, runCreate } from '@/lib/contract/doors'
import type { RunView } from '@/lib/contract/run'

/** What can be done with runs. Refusals are told in a toast; `changed` is called with whatever came of it. */
export function useRunActions(changed: () => void) {
  const run = useRun()
  return useMemo(() => {
    const told = async (work: () => Promise<unknown>, refusal: string) => {
      try {
        await work()
      } catch (error) {
        toast.error(refusal, { description: problemOf(error).message })
      }
      changed()
    }
    return {
      runNow: (serviceId: string) => told(() => run(runCreate, { serviceId }), 'It was not run.'),
      cancel: ({ id }: RunView) => told(() => run(runCancel, { runId: id }), 'The run was not cancelled.'),
    }
  }, [run, changed])
}

export type RunActions = ReturnType<typeof useRunActions>
