'use client'

import { createElement, useEffect, useState, type ComponentType, type ReactNode } from 'react'

/** Until one that could not be loaded is tried again. */
const AGAIN_MS = 5_000

/** What is drawn by a component that is loaded once it is wanted; nothing until it is there. */
export function useLater(load: () => Promise<ComponentType>, isWanted: boolean): ReactNode {
  const Part = usePart(load, isWanted)
  return Part === null ? null : createElement(Part)
}

/**
 * A component that is loaded once it is wanted; null until it is there. Unlike with `dynamic`, one that could not be loaded takes nothing else with it, and is
 * tried again for as long as it is wanted.
 */
export function usePart<P>(load: () => Promise<ComponentType<P>>, isWanted: boolean): ComponentType<P> | null {
  const [Part, setPart] = useState<ComponentType<P> | null>(null)
  const isMissing = isWanted && Part === null
  useEffect(() => {
    if (!isMissing) return
    let timer: ReturnType<typeof setTimeout> | undefined
    let isOver = false
    const fetch = () =>
      void load().then(
        (found) => (isOver ? undefined : setPart(() => found)),
        () => {
          if (!isOver) timer = setTimeout(fetch, AGAIN_MS)
        },
      )
    fetch()
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [isMissing, load])
  return Part
}
