'use client'

import { useCanvasStore, useEnvironment } from '@/components/canvas/canvas-context'
import { ask } from '@/components/canvas/store'

import { BranchDialog } from './branch-dialog'

/** The dialog over the canvas of the environment that is branched. */
export function BranchQuestion() {
  const store = useCanvasStore()
  const { project, environmentId } = useEnvironment()
  const environment = project.environments.find(({ id }) => id === environmentId)
  return environment ? <BranchDialog projectId={project.id} environment={environment} onClose={() => ask(store, null)} /> : null
}
