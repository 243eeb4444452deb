'use client'

import { useEffect, type RefObject } from 'react'

export type ExplorerKeys = {
  root: RefObject<HTMLElement | null>
  field: RefObject<HTMLInputElement | null>
  /** It covers the canvas: keys are about the logs at once, and what they would do to a canvas that is out of sight is not done. */
  isAlone: boolean
}

/** `/` goes to the filter. Where the explorer is alone on the screen, only what finds something else, explains or closes goes past it. */
export function useExplorerKeys({ root, field, isAlone }: ExplorerKeys): void {
  useEffect(() => {
    if (isAlone) root.current?.focus({ preventScroll: true })
  }, [root, isAlone])
  useEffect(() => {
    const element = root.current
    const onKey = (event: KeyboardEvent) => {
      if (event.key === '/' && !isTyping(event.target)) {
        event.preventDefault()
        field.current?.focus()
      }
      const isOurs = event.target instanceof Node && element?.contains(event.target)
      if (isAlone && isOurs && !goesOn(event)) event.stopPropagation()
    }
    // Where React listens, so that what it hears is not kept from it, and what listens beyond is.
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [root, field, isAlone])
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable=true], [role=dialog], [role=menu], .xterm') !== null
}

function goesOn({ key, ctrlKey, metaKey }: KeyboardEvent): boolean {
  return key === 'Escape' || key === '?' || ((ctrlKey || metaKey) && key === 'k')
}
