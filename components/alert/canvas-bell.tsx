'use client'

import { useCanvas, useEnvironment } from '@/components/canvas/canvas-context'
import { paths } from '@/components/paths'

import { Bell } from './bell'

/** What fires in the environment on the canvas; it comes with its stream. */
export function CanvasBell() {
  const { project, environmentId } = useEnvironment()
  const firing = useCanvas((state) => state.alerts)
  return <Bell place={environmentId} firing={firing} organizationId={project.organizationId} environment={{ id: environmentId, rulesHref: paths.alertRules(project.id, environmentId) }} />
}
