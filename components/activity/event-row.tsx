'use client'

import Link from 'next/link'

import { RelativeTime } from '@/components/ui/relative-time'
import type { EventView } from '@/lib/contract/organization'

import { EventIcon } from './event-icon'
import { eventDetail } from './event-detail'
import { eventHref } from './event-link'
import { sentenceOf } from './event-words'

/** One event: who did what, its outcome where it has one, and when. */
export function EventRow({ event, projectName }: { event: EventView; projectName: string | null }) {
  const { before, named, after, tellsActor } = sentenceOf(event.type, event.actor.kind === 'platform')
  const href = eventHref(event)
  const detail = eventDetail(event)
  return (
    <li className="flex gap-3 border-b border-line px-3 py-2.5 last:border-b-0 sm:px-4">
      <EventIcon type={event.type} />
      <div className="min-w-0 flex-1 break-words">
        <p>
          {tellsActor ? <span className="font-medium">{event.actor.name} </span> : null}
          <span className="text-muted">{before}</span>
          {named ? <Subject name={event.subject} href={href} /> : null}
          <span className="text-muted">{after}</span>
        </p>
        {detail === null ? null : <p className="text-meta text-muted">{detail}</p>}
        <p className="text-meta text-faint">
          <RelativeTime at={event.at} />
          {projectName === null || event.type.startsWith('project.') ? null : <> in {projectName}</>}
        </p>
      </div>
    </li>
  )
}

function Subject({ name, href }: { name: string; href: string | null }) {
  if (href === null) return <span className="font-medium">{name}</span>
  return (
    <Link href={href} className="font-medium underline decoration-line-strong underline-offset-3 hover:decoration-current">
      {name}
    </Link>
  )
}
