'use client'

import { useCallback, useEffect, useRef, useState } from 'react'
import type { z } from 'zod'

import { fetchQuery } from '@/components/client/query'
import type { Door } from '@/lib/contract/entry'

export type LiveQuery<T> = { data: T; error: unknown; reload: () => void; replace: (data: T) => void }

export type LiveOptions<T> = {
  /** What the server rendered. */
  initial: T
  /** The data is read again when this changes: what the graph stream says about the same thing. */
  version: string
  /** Besides, it is read again this often; null when it moves only with `version`. */
  everyMs: number | null
}

/** Data of one query that follows the present. While a reload fails, what was known stays. */
export function useLiveQuery<I extends z.ZodType, O extends z.ZodType>(entry: Door<I, O>, input: z.input<I>, { initial, version, everyMs }: LiveOptions<z.output<O>>): LiveQuery<z.output<O>> {
  type Data = z.output<O>
  const [state, setState] = useState<{ from: Data; data: Data; error: unknown }>({ from: initial, data: initial, error: null })
  if (state.from !== initial) setState({ from: initial, data: initial, error: null })
  const [attempt, setAttempt] = useState(0)
  const question = useRef({ entry, input })
  useEffect(() => {
    question.current = { entry, input }
  })
  const key = `${entry.name} ${JSON.stringify(input)} ${version} ${attempt}`
  // Looks on mount too: the router may have kept the page since the server rendered it.
  useEffect(() => {
    const end = new AbortController()
    const look = async () => {
      try {
        const data = await fetchQuery(question.current.entry, question.current.input, end.signal)
        if (!end.signal.aborted) setState((before) => ({ ...before, data, error: null }))
      } catch (error) {
        if (!end.signal.aborted) setState((before) => ({ ...before, error }))
      }
    }
    void look()
    const timer = everyMs === null ? null : setInterval(() => void look(), everyMs)
    return () => {
      end.abort()
      if (timer !== null) clearInterval(timer)
    }
  }, [key, everyMs])
  const reload = useCallback(() => setAttempt((count) => count + 1), [])
  const replace = useCallback((data: Data) => setState((before) => ({ ...before, data, error: null })), [])
  return { data: state.data, error: state.error, reload, replace }
}
