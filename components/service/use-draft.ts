'use client'

import { useCallback } from 'react'

import { useCanvas, useCanvasStore } from '@/components/canvas/canvas-context'
import { setDraft } from '@/components/canvas/store'

/** Unsaved edits that outlive the tab and the panel, and that nothing from the server touches. Null: none. */
export function useDraft<T>(serviceId: string, form: string): [T | null, (draft: T | null) => void] {
  const store = useCanvasStore()
  const key = `${serviceId}:${form}`
  const draft = useCanvas((state) => state.drafts[key]) as T | undefined
  const set = useCallback((next: T | null) => setDraft(store, key, next), [store, key])
  return [draft ?? null, set]
}
