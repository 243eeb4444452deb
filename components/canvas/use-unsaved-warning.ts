'use client'

import { useEffect } from 'react'

import { useCanvas } from './canvas-context'

/** Unsaved edits live as long as the page: the browser asks before it is left. */
export function useUnsavedWarning(): void {
  const hasDrafts = useCanvas((state) => Object.keys(state.drafts).length > 0)
  useEffect(() => {
    if (!hasDrafts) return
    const warn = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', warn)
    return () => window.removeEventListener('beforeunload', warn)
  }, [hasDrafts])
}
