'use client'

import { useEffect, useState } from 'react'

import { fetchQuery } from '@/components/client/query'
import { stripAnsi } from '@/components/logs/ansi'
import { deploymentLogs } from '@/lib/contract/doors'
import { crashCause, type CrashCause } from '@/lib/domain/crash-cause'

/** Enough for the last start, with what a runtime prints after the error. */
const LINES = 100
const TRIES = 3
const AGAIN_MS = 2_000

/** What the program of a deployment that has ended said last; null while that is not known, or for no deployment. */
export function useCrashCause(deploymentId: string | undefined): CrashCause | null {
  const [found, setFound] = useState<{ of: string; cause: CrashCause | null } | null>(null)
  useEffect(() => {
    if (deploymentId === undefined) return
    const end = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const look = async (tries: number) => {
      const page = await fetchQuery(deploymentLogs, { deploymentId, kind: 'runtime', limit: LINES }, end.signal).catch(() => null)
      if (end.signal.aborted) return
      const cause = crashCause((page?.lines ?? []).filter(({ stream }) => stream !== 'platform').map(({ text }) => stripAnsi(text)))
      setFound({ of: deploymentId, cause })
      // Its last lines may come after the news that it ended. Without them, the remedy for all of them stands there, and the log below.
      if (cause === null && tries > 1) timer = setTimeout(() => void look(tries - 1), AGAIN_MS)
    }
    void look(TRIES)
    return () => {
      end.abort()
      clearTimeout(timer)
    }
  }, [deploymentId])
  return found?.of === deploymentId ? (found?.cause ?? null) : null
}
