'use client'

import { useEffect, useState } from 'react'

import { useRun } from '@/components/client/operations'
import type { ComposeView } from '@/lib/contract/compose'
import { environmentCompose } from '@/lib/contract/doors'

import type { ComposeWish } from './wish'

/** While somebody types, what would be drawn is asked for once they pause. */
const PAUSE_MS = 350

export type ComposePreview = {
  /** What would be drawn; while it is asked for anew, as it was before. */
  view: ComposeView | null
  error: unknown
  isStale: boolean
}

/** What a wish would draw, asked for whenever it changes; null asks for nothing. */
export function useComposePreview(environmentId: string, wish: ComposeWish | null): ComposePreview {
  const run = useRun()
  const [answer, setAnswer] = useState<{ to: string; view: ComposeView | null; error: unknown }>({ to: '', view: null, error: null })
  const asked = wish === null ? '' : JSON.stringify(wish)
  useEffect(() => {
    if (asked === '') return
    let isCurrent = true
    const ask = async () => {
      try {
        const view = await run(environmentCompose, { environmentId, ...(JSON.parse(asked) as ComposeWish), preview: true })
        if (isCurrent) setAnswer({ to: asked, view, error: null })
      } catch (error) {
        if (isCurrent) setAnswer((former) => ({ to: asked, view: former.view, error }))
      }
    }
    const timer = setTimeout(() => void ask(), PAUSE_MS)
    return () => {
      isCurrent = false
      clearTimeout(timer)
    }
  }, [run, environmentId, asked])
  return { view: answer.view, error: answer.to === asked ? answer.error : null, isStale: answer.to !== asked }
}
