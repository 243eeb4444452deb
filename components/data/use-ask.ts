'use client'

import { useCallback, useEffect, useRef, useState } from 'react'
import type { z } from 'zod'

import { fetchQuery } from '@/components/client/query'
import type { Door } from '@/lib/contract/entry'

export type Asked<T> = { data: T | null; error: unknown; isLoading: boolean; reload: () => void }

/** An answer that may take its time: what was known stays in sight while another one comes, and goes when that fails. */
export function useAsk<I extends z.ZodType, O extends z.ZodType>(entry: Door<I, O>, input: z.input<I>): Asked<z.output<O>> {
  type Data = z.output<O>
  const [attempt, setAttempt] = useState(0)
  const [state, setState] = useState<{ key: string | null; data: Data | null; error: unknown }>({ key: null, data: null, error: null })
  const question = useRef({ entry, input })
  useEffect(() => {
    question.current = { entry, input }
  })
  const key = `${entry.name} ${JSON.stringify(input)} ${attempt}`
  useEffect(() => {
    const end = new AbortController()
    fetchQuery(question.current.entry, question.current.input, end.signal).then(
      (data) => end.signal.aborted || setState({ key, data, error: null }),
      (error: unknown) => end.signal.aborted || setState({ key, data: null, error }),
    )
    return () => end.abort()
  }, [key])
  const reload = useCallback(() => setAttempt((count) => count + 1), [])
  return { data: state.data, error: state.error, isLoading: state.key !== key, reload }
}
