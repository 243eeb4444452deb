'use client'

import clsx from 'clsx'
import { Server } from 'lucide-react'

import { useLiveQuery } from '@/components/service/use-live-query'
import { targetGet, type TargetView } from '@/lib/contract/target'

import { useEnvironment } from './canvas-context'

const LOOK_MS = 15_000

/** Where the environment runs, and whether that can be reached. */
export function TargetMark() {
  const { project, target: initial } = useEnvironment()
  const { data: target } = useLiveQuery(targetGet, { organizationId: project.organizationId, targetId: initial.id }, { initial, version: '', everyMs: LOOK_MS })
  const isAway = target.seen !== null && !target.seen.ok
  return (
    <span title={titleOf(target)} className={clsx('hidden min-w-0 items-center gap-1.5 rounded-full px-1.5 text-meta md:flex', isAway ? 'text-bad' : 'text-faint')}>
      <Server aria-hidden="true" className="size-3.5 shrink-0" />
      <span className="max-w-44 truncate">
        <span className="sr-only">Runs on </span>
        {target.name}
        {isAway ? <span className="sr-only">, which cannot be reached</span> : null}
      </span>
    </span>
  )
}

function titleOf({ name, seen }: TargetView): string {
  return seen !== null && !seen.ok ? `Runs on ${name}. ${seen.message}` : `Runs on ${name}.`
}
