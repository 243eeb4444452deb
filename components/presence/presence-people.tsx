'use client'

import clsx from 'clsx'

import { ROLE_WORDS } from '@/components/organization/role-words'
import { Avatar } from '@/components/ui/avatar'
import { Tooltip } from '@/components/ui/tooltip'

import { usePresence } from './live-context'
import { peopleOf } from './presence-store'

/** As many as stand side by side; the others are a number. */
const MOST_SHOWN = 3

/** Those who look at this environment as well. */
export function PresencePeople() {
  const tabs = usePresence((state) => state.tabs)
  const people = peopleOf(tabs)
  const shown = people.length > MOST_SHOWN + 1 ? people.slice(0, MOST_SHOWN) : people
  const rest = people.slice(shown.length)
  return (
    <ul aria-label="Also here" className="mr-1.5 flex items-center -space-x-0.5 empty:hidden">
      {shown.map(({ id, name, role }, index) => (
        <li key={id} className={clsx(index > 0 && 'hidden sm:block')}>
          <Tooltip side="bottom" text={`${name} · ${ROLE_WORDS[role].word}`}>
            <span tabIndex={0} className="block rounded-full">
              <Avatar name={name} className="ring-2 ring-surface" />
              <span className="sr-only">{`${name}, ${ROLE_WORDS[role].word}`}</span>
            </span>
          </Tooltip>
        </li>
      ))}
      {people.length > 1 ? <More className="sm:hidden" count={people.length - 1} names={people.slice(1).map(({ name }) => name)} /> : null}
      {rest.length > 0 ? <More className="hidden sm:block" count={rest.length} names={rest.map(({ name }) => name)} /> : null}
    </ul>
  )
}

function More({ count, names, className }: { count: number; names: readonly string[]; className: string }) {
  const words = names.length > 12 ? `${names.slice(0, 12).join(', ')} and ${names.length - 12} more` : names.join(', ')
  return (
    <li className={className}>
      <Tooltip side="bottom" text={words}>
        <span tabIndex={0} className="flex size-7 items-center justify-center rounded-full border border-line-strong bg-overlay text-meta font-medium text-muted tabular-nums ring-2 ring-surface">
          <span aria-hidden="true">+{count}</span>
          <span className="sr-only">{words}</span>
        </span>
      </Tooltip>
    </li>
  )
}
