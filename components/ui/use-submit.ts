'use client'

import { useCallback, useLayoutEffect, useRef, useState } from 'react'

import { problemOf } from './problem'

export type Submit<A extends unknown[]> = {
  /** Runs the work; resolves to whether it succeeded. A second call while one runs does nothing. */
  submit: (...args: A) => Promise<boolean>
  pending: boolean
  /** What was thrown, for ProblemMessage; null when nothing was. */
  error: unknown
  /** The message for a field path such as `source.url`. */
  fieldError: (path: string) => string | undefined
  reset: () => void
}

/** The state of a form or a button around one piece of work that may fail. */
export function useSubmit<A extends unknown[]>(work: (...args: A) => Promise<unknown>): Submit<A> {
  const [pending, setPending] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const running = useRef(false)
  const latest = useRef(work)
  useLayoutEffect(() => {
    latest.current = work
  })

  const submit = useCallback(async (...args: A) => {
    if (running.current) return false
    running.current = true
    setPending(true)
    setError(null)
    try {
      await latest.current(...args)
      return true
    } catch (thrown) {
      setError(thrown ?? new Error('unknown'))
      return false
    } finally {
      running.current = false
      setPending(false)
    }
  }, [])

  const reset = useCallback(() => setError(null), [])
  const fieldError = (path: string) => (error === null ? undefined : problemOf(error).fields[path])
  return { submit, pending, error, fieldError, reset }
}
