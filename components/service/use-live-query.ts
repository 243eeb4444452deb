'use client'

import { useCallback, useEffect, useRef, useState } from 'react'
import type { z } from 'zod'

import { fetchQuery } from '@/components/client/query'
import type { Entry } from '@/lib/contract/entry'

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
export function useLiveQuery<I extends z.ZodType, O extends z.ZodType>(entry: Entry<I, O>, input: z.input<I>, { initial, version, everyMs }: LiveOptions<z.output<O>>): LiveQuery<z.output<O>> {
  type Data = z.output<O>
  const [state, setState] = useState<{ data: Data; error: unknown }>({ data: initial, error: null })
  const [attempt, setAttempt] = useState(0)
  const key = `${JSON.stringify(input)} ${version} ${attempt}`
  // The page was rendered for the first version; it may have been kept by the router since, so a look on mount is due too.
  const shown = useRef({ initial })
  useEffect(() => {
    if (shown.current.initial === initial) return
    shown.current = { initial }
    setState({ data: initial, error: null })
  }, [initial])
  useEffect(() => {
    const end = new AbortController()
    const look = () => {
      fetchQuery(entry, input, end.signal).then(
        (data) => end.signal.aborted || setState({ data, error: null }),
        (error: unknown) => end.signal.aborted || setState((before) => ({ ...before, error })),
      )
    }
    look()
    const timer = everyMs === null ? null : setInterval(look, everyMs)
    return () => {
      end.abort()
      if (timer !== null) clearInterval(timer)
    }
    // `key` stands for entry and input, which are new objects on every render.
    // eslint-disable-next-line react/exhaustive-deps
  }, [key, everyMs])
  const reload = useCallback(() => setAttempt((count) => count + 1), [])
  const replace = useCallback((data: Data) => setState({ data, error: null }), [])
  return { ...state, reload, replace }
}
