'use client'

import { useCallback, useLayoutEffect, useRef } from 'react'

/**
 * The same function in every rendering, which calls that of the last one. What is called when a node is clicked goes to each node:
 * another function would render them all, with each step of a drag.
 */
export function useSteady<A extends readonly unknown[], R>(handler: (...args: A) => R): (...args: A) => R {
  const latest = useRef(handler)
  useLayoutEffect(() => {
    latest.current = handler
  })
  return useCallback((...args: A) => latest.current(...args), [])
}
