'use client'

import { ArrowRight } from 'lucide-react'

import { useEnvironment } from '@/components/canvas/canvas-context'
import { paths } from '@/components/paths'
import { ButtonLink } from '@/components/ui/button-link'
import { StateShape } from '@/components/ui/state-shape'
import { REMEDY, type Failure, type Remedy } from '@/lib/domain/failure'

import { useCrashCause } from './use-crash-cause'

const PLACE: Record<Remedy['place'], string> = { settings: 'Open settings', variables: 'Open variables', logs: 'Open the log', deployments: 'Open deployments' }

export type FailureNoteProps = {
  failure: Failure
  serviceId: string
  /** The deployment that failed: its log is meant by `logs`, and says why it ended. */
  deploymentId?: string
  /** Places that are on the screen already: no link leads there. */
  here?: readonly Remedy['place'][]
}

/** Why it failed, what was found, what to do, and the way to where that is done. */
export function FailureNote({ failure, serviceId, deploymentId, here = ['deployments'] }: FailureNoteProps) {
  const { project, environmentId } = useEnvironment()
  const { title, remedy, place } = REMEDY[failure.reason]
  const cause = useCrashCause(failure.reason === 'crashed' ? deploymentId : undefined)
  const href = place === 'logs' && deploymentId ? paths.deployment(project.id, environmentId, serviceId, deploymentId) : paths.service(project.id, environmentId, serviceId, place)
  return (
    <div className="rounded-control border border-bad/35 bg-bad/8 px-3 py-2.5">
      <p className="flex items-center gap-2 font-medium text-bad">
        <StateShape shape="cross" size={11} />
        {title}
      </p>
      <p className="mt-1 break-words whitespace-pre-wrap">{failure.message}</p>
      {cause ? <p className="mt-1.5 line-clamp-4 font-mono text-code break-words">{cause.line}</p> : null}
      <div className="mt-1.5 flex flex-wrap items-center justify-between gap-2">
        <p className="text-muted">{cause?.remedy ?? remedy}</p>
        {here.includes(place) ? null : (
          <ButtonLink size="small" href={href}>
            {PLACE[place]}
            <ArrowRight />
          </ButtonLink>
        )}
      </div>
    </div>
  )
}
