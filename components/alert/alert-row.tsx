'use client'

import clsx from 'clsx'
import { BellOff, Check, TriangleAlert } from 'lucide-react'
import Link from 'next/link'

import { paths } from '@/components/paths'
import { RelativeTime } from '@/components/ui/relative-time'
import type { AlertView } from '@/lib/contract/alert'

const END_WORDS = { recovered: 'resolved', gone: 'ended, because it is gone or not meant to run,', switched_off: 'ended with its rule' } as const

/** One alert: what was found, where, and since when. */
export function AlertRow({ alert, onFollow }: { alert: AlertView; onFollow?: () => void }) {
  const { summary, service, project, environment, since, resolvedAt, end, flaps, silencedUntil } = alert
  const isOver = resolvedAt !== null
  const href = service === null ? paths.canvas(project.id, environment.id) : paths.service(project.id, environment.id, service.id)
  const Icon = isOver ? Check : TriangleAlert
  return (
    <li className="flex gap-3 px-4 py-2.5">
      <Icon aria-hidden="true" className={clsx('mt-0.5 size-4 shrink-0', isOver ? 'text-good' : 'text-bad')} />
      <div className="min-w-0 flex-1">
        <Link href={href} {...(onFollow ? { onClick: onFollow } : {})} className="break-words underline-offset-2 hover:underline">
          <span className="sr-only">{isOver ? 'Resolved: ' : 'Firing: '}</span>
          {summary}
        </Link>
        <p className="text-meta break-words text-faint">
          {project.name} / {environment.name} · since <RelativeTime at={since} />
          {isOver && end !== null ? (
            <>
              {' '}
              · {END_WORDS[end]} <RelativeTime at={resolvedAt} />
            </>
          ) : null}
          {flaps === 0 ? null : ` · came back ${flaps === 1 ? 'once' : `${flaps} times`}`}
        </p>
        {silencedUntil === null ? null : (
          <p className="flex items-center gap-1 text-meta text-muted">
            <BellOff aria-hidden="true" className="size-3.5" /> Silenced; people are told again <RelativeTime at={silencedUntil} />
          </p>
        )}
      </div>
    </li>
  )
}
