'use client'

import { useRouter } from 'next/navigation'

import { paths } from '@/components/paths'
import { firstTab } from '@/components/service/first-tab'

import { useCanvasStore, useEnvironment } from './canvas-context'
import type { FlowNode } from './flow-node'

/** Opens the panel of a node; a frame has none. */
export function useOpenNode(): (node: Pick<FlowNode, 'id' | 'type'>) => void {
  const store = useCanvasStore()
  const router = useRouter()
  const { project, environmentId } = useEnvironment()
  return ({ id, type }) => {
    if (type === 'service') router.push(paths.service(project.id, environmentId, id, firstTab(store.getState().services[id])))
    else if (type === 'volume') router.push(paths.volume(project.id, environmentId, id))
  }
}
