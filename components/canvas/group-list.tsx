'use client'

import { Group, MoreHorizontal } from 'lucide-react'
import { useShallow } from 'zustand/react/shallow'

import { IconButton } from '@/components/ui/icon-button'
import { ContextMenu, Menu } from '@/components/ui/menu'
import type { GroupView } from '@/lib/contract/group'
import { byName } from '@/lib/domain/by-name'

import { useCanvas } from './canvas-context'
import { useCommands } from './commands/commands-context'
import { asName, Name } from './name'

/** The groups of the environment, where there are some, with what is in them. */
export function GroupList() {
  const groups = useCanvas(useShallow((state) => Object.values(state.groups).sort((a, b) => byName(a.name, b.name))))
  if (groups.length === 0) return null
  return (
    <section aria-labelledby="groups" className="mt-8">
      <h2 id="groups" className="mb-3 text-page font-medium">
        Groups
      </h2>
      <ul className="divide-y divide-line rounded-card border border-line bg-surface">
        {groups.map((group) => (
          <GroupRow key={group.id} group={group} />
        ))}
      </ul>
    </section>
  )
}

function GroupRow({ group }: { group: GroupView }) {
  const names = useCanvas(useShallow((state) => [...Object.values(state.services), ...Object.values(state.volumes)].filter((node) => node.groupId === group.id).map(({ name }) => name).sort(byName)))
  const items = useCommands().menuOf({ kind: 'group', id: group.id, group }, { except: ['inside'] })
  return (
    <ContextMenu items={items} label={`Actions of ${group.name}`}>
      <li className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 px-3.5 py-2.5 hover:bg-hover md:grid-cols-[minmax(0,16rem)_minmax(0,1fr)_auto] md:px-4">
        <span className="flex min-w-0 items-center gap-2.5">
          <Group aria-hidden="true" className="size-5 shrink-0 stroke-[1.5] text-muted" />
          <Name id={group.id} at="row">
            <span {...asName(group.id, 'row')} className="min-w-0 truncate font-medium" title={group.name}>
              {group.name}
            </span>
          </Name>
        </span>
        <span className="order-3 min-w-0 truncate text-muted md:order-none" title={names.join(', ')}>
          {names.length === 0 ? 'Nothing in it' : names.join(', ')}
        </span>
        <span className="justify-self-end">
          <Menu label={`Actions of ${group.name}`} trigger={<IconButton size="small" label={`Actions of ${group.name}`} icon={<MoreHorizontal />} />} items={items} />
        </span>
      </li>
    </ContextMenu>
  )
}
