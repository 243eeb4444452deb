'use client'

import { MoreHorizontal, Plus } from 'lucide-react'
import Link from 'next/link'
import { useShallow } from 'zustand/react/shallow'

import { paths } from '@/components/paths'
import { scheduleWords } from '@/components/service/schedule-words'
import { firstTab } from '@/components/service/first-tab'
import { ServiceBadges } from '@/components/service/service-badges'
import { ServiceIcon } from '@/components/service/service-icon'
import { ServiceStatusLine } from '@/components/service/service-status-line'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { IconButton } from '@/components/ui/icon-button'
import { ContextMenu, Menu } from '@/components/ui/menu'
import { StateMark } from '@/components/ui/state-mark'
import { VolumeList } from '@/components/volume/volume-list'
import { byName } from '@/lib/domain/by-name'

import { useCanvas, useEnvironment, useService } from './canvas-context'
import { GroupList } from './group-list'
import { useServiceMenu } from './commands/use-menu-of'
import { asName, Name } from './name'
import { useAddEntries } from './use-add-entries'

/** The environment without the canvas: the same services with the same actions, as a table. */
export function ServiceList() {
  const ids = useCanvas(useShallow((state) => Object.values(state.services).sort((a, b) => byName(a.name, b.name)).map((service) => service.id)))
  const entries = useAddEntries()(() => null)
  const add = (
    <Menu align="start" label="Add a service" trigger={<Button icon={<Plus />}>Add</Button>} items={entries} />
  )
  return (
    <div className="absolute inset-0 overflow-y-auto">
      <div className="mx-auto max-w-5xl px-3 pt-5 pb-24 sm:px-6">
        <div className="mb-3 flex items-center justify-between">
          <h2 className="text-page font-medium">Services</h2>
          {ids.length > 0 ? add : null}
        </div>
        {ids.length === 0 ? (
          <EmptyState title="Nothing is drawn here yet" action={add}>
            Add a service. It gets its URL before it is built.
          </EmptyState>
        ) : (
          <table className="block w-full rounded-card border border-line bg-surface md:table md:border-separate md:border-spacing-0">
            <thead className="sr-only md:not-sr-only md:table-header-group">
              <tr className="text-left text-meta text-faint [&>th]:px-4 [&>th]:py-2 [&>th]:font-normal">
                <th scope="col">Service</th>
                <th scope="col">State</th>
                <th scope="col">Address or schedule</th>
                <th scope="col">
                  <span className="sr-only">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody className="block md:table-row-group">
              {ids.map((id) => (
                <ServiceRow key={id} id={id} />
              ))}
            </tbody>
          </table>
        )}
        <VolumeList />
        <GroupList />
      </div>
    </div>
  )
}

const CELL = 'md:border-t md:border-line md:px-4 md:py-2.5 md:align-middle'

function ServiceRow({ id }: { id: string }) {
  const service = useService(id)
  const { project, environmentId } = useEnvironment()
  const group = useCanvas((state) => state.groups[state.services[id]?.groupId ?? '']?.name)
  const menu = useServiceMenu()
  if (!service) return null
  const items = menu(service)
  return (
    <ContextMenu items={items} label={`Actions of ${service.name}`}>
      <tr className="relative block border-t border-line px-3.5 py-3 first:border-t-0 hover:bg-hover md:table-row md:p-0">
        <td className={`${CELL} block pr-8 md:table-cell md:max-w-64`}>
          <span className="flex items-center gap-2.5">
            <ServiceIcon service={service} className="shrink-0 text-muted" />
            <Name id={id} at="row">
              <Link {...asName(id, 'row')} href={paths.service(project.id, environmentId, id, firstTab(service))} className="min-w-0 truncate font-medium hover:underline" title={service.name}>
                {service.name}
              </Link>
            </Name>
            <ServiceBadges service={service} />
            {service.changed ? <Badge>Changed</Badge> : null}
            {group === undefined ? null : <span className="hidden min-w-0 truncate text-meta text-faint sm:inline">{group}</span>}
          </span>
        </td>
        <td className={`${CELL} mt-1 block md:table-cell md:max-w-72`}>
          <span className="flex items-center gap-2">
            <StateMark state={service.state} stage={service.latest?.stage ?? null} hideWord />
            <ServiceStatusLine service={service} />
          </span>
        </td>
        <td className={`${CELL} mt-1 block md:table-cell md:max-w-80`}>
          {service.cron ? (
            <span className="block truncate font-mono text-code text-muted">{scheduleWords(service.cron)}</span>
          ) : service.source.type === 'database' ? (
            <span className="block truncate font-mono text-code text-muted">{service.url.replace(/^.*:\/\//, '')}</span>
          ) : (
            <a href={service.url} target="_blank" rel="noreferrer" className="block truncate font-mono text-code text-muted hover:underline" title={service.url}>
              {service.url.replace(/^https?:\/\//, '')}
            </a>
          )}
        </td>
        <td className={`${CELL} absolute top-2 right-2 md:static md:w-12`}>
          <Menu label={`Actions of ${service.name}`} trigger={<IconButton size="small" label={`Actions of ${service.name}`} icon={<MoreHorizontal />} />} items={items} />
        </td>
      </tr>
    </ContextMenu>
  )
}
