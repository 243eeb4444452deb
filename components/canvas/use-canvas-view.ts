'use client'

import { usePathname, useRouter, useSearchParams } from 'next/navigation'
import { useState } from 'react'

import { paths } from '@/components/paths'

import { useEnvironment } from './canvas-context'

export type CanvasView = 'canvas' | 'list'

/** Canvas or list. The address of the environment says which; while a panel is open over it, the last choice holds. */
export function useCanvasView(): [CanvasView, (view: CanvasView) => void] {
  const router = useRouter()
  const pathname = usePathname()
  const asked: CanvasView = useSearchParams().get('view') === 'list' ? 'list' : 'canvas'
  const { project, environmentId } = useEnvironment()
  const [view, setView] = useState(asked)
  const [seen, setSeen] = useState(asked)
  const root = paths.canvas(project.id, environmentId)
  // Back and forward change the address without telling anyone.
  if (pathname === root && asked !== seen) {
    setSeen(asked)
    setView(asked)
  }
  const choose = (next: CanvasView) => {
    setView(next)
    if (pathname !== root) return
    setSeen(next)
    router.replace(next === 'list' ? `${root}?view=list` : root, { scroll: false })
  }
  return [view, choose]
}
