'use client'

import Link from 'next/link'

import { useEnvironment } from '@/components/canvas/canvas-context'
import { paths } from '@/components/paths'
import type { RunView } from '@/lib/contract/run'

import { RunCancel } from './run-cancel'
import { RunLine } from './run-line'
import { RunMark } from './run-mark'
import type { RunActions } from './use-run-actions'

/** A run as a row. The whole row leads to its log. */
export function RunRow({ run, actions }: { run: RunView; actions: RunActions }) {
  const { project, environmentId } = useEnvironment()
  return (
    <li className="relative flex items-start gap-3 px-3.5 py-2.5 hover:bg-hover has-[a:focus-visible]:outline-2 has-[a:focus-visible]:outline-accent">
      <div className="min-w-0 flex-1">
        <Link href={paths.run(project.id, environmentId, run.serviceId, run.id)} className="block w-fit outline-none after:absolute after:inset-0">
          <RunMark status={run.status} isEnding={run.isEnding} />
        </Link>
        <RunLine run={run} />
        {run.message ? (
          <p className="truncate text-meta text-muted" title={run.message}>
            {run.message}
          </p>
        ) : null}
      </div>
      <span className="relative">
        <RunCancel run={run} actions={actions} />
      </span>
    </li>
  )
}
