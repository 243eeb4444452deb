'use client'

import { usePathname, useSearchParams } from 'next/navigation'
import { useEffect, useState } from 'react'

import { paths } from '@/components/paths'

import { useEnvironment } from './canvas-context'

export type CanvasView = 'canvas' | 'list'

/** Canvas or list. The address of the environment says which; while a panel is open over it, the last choice holds. */
export function useCanvasView(): [CanvasView, (view: CanvasView) => void] {
  const pathname = usePathname()
  const { project, environmentId } = useEnvironment()
  const [view, setView] = useState<CanvasView>(useSearchParams().get('view') === 'list' ? 'list' : 'canvas')
  const root = paths.canvas(project.id, environmentId)
  useEffect(() => {
    if (pathname !== root) return
    const address = view === 'list' ? `${root}?view=list` : root
    if (window.location.pathname + window.location.search !== address) window.history.replaceState(null, '', address)
  }, [pathname, root, view])
  return [view, setView]
}
