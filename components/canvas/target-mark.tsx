'use client'

import clsx from 'clsx'
import { Server } from 'lucide-react'

import { useLiveQuery } from '@/components/service/use-live-query'
import { targetGet } from '@/lib/contract/first-doors'
import type { TargetView } from '@/lib/contract/target'

import { useEnvironment } from './canvas-context'

const LOOK_MS = 15_000

/** Where the environment runs, whether that can be reached, and whether its disk is about to be full. */
export function TargetMark() {
  const { project, target: initial } = useEnvironment()
  const { data: target } = useLiveQuery(targetGet, { organizationId: project.organizationId, targetId: initial.id }, { initial, version: '', everyMs: LOOK_MS })
  const trouble = troubleOf(target)
  return (
    <span title={`Runs on ${target.name}.${trouble ? ` ${trouble.message}` : ''}`} className={clsx('min-w-0 items-center gap-1.5 rounded-full px-1.5 text-meta', trouble ? `flex ${trouble.colour}` : 'hidden text-faint md:flex')}>
      <Server aria-hidden="true" className="size-3.5 shrink-0" />
      <span className="sr-only max-w-44 truncate md:not-sr-only">
        <span className="sr-only">Runs on </span>
        {target.name}
      </span>
      {trouble ? (
        <span className="sr-only truncate sm:not-sr-only">
          <span className="hidden md:inline">· </span>
          {trouble.word}
          <span className="sr-only">. {trouble.message}</span>
        </span>
      ) : null}
    </span>
  )
}

/** What is told of it at every width. */
function troubleOf({ seen, diskWarning }: TargetView): { word: string; message: string; colour: string } | null {
  if (seen !== null && !seen.ok) return { word: 'not usable', message: seen.message, colour: 'text-bad' }
  return diskWarning === null ? null : { word: 'disk nearly full', message: diskWarning, colour: 'text-warning' }
}
