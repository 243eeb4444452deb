'use client'

import { ChartSpline, ChevronsUpDown, Ellipsis, GitBranch, LayoutList, Network, ScrollText, Search, Settings, Variable } from 'lucide-react'
import Link from 'next/link'
import { useRouter } from 'next/navigation'

import { AccountMenu } from '@/components/account/account-menu'
import type { Theme } from '@/components/account/theme'
import { ThemeMenu } from '@/components/account/theme-menu'
import { Wordmark } from '@/components/account/wordmark'
import { useLater } from '@/components/client/use-later'
import { paths } from '@/components/paths'
import { PresenceAvatars } from '@/components/presence/presence-avatars'
import { IconButton } from '@/components/ui/icon-button'
import { Menu, type MenuEntry } from '@/components/ui/menu'

import { useCanvas, useCanvasStore, useEnvironment, useMissing, type EnvironmentFacts } from './canvas-context'
import { ConnectionState } from './connection-state'
import { ask } from './store'
import { TargetMark } from './target-mark'
import type { CanvasView } from './use-canvas-view'

const loadBell = () => import('@/components/alert/canvas-bell').then((module) => module.CanvasBell)

export type Person = { user: { name: string; email: string }; organizations: readonly { id: string; name: string }[]; organizationId: string; theme: Theme }

const SLASH = (
  <span aria-hidden="true" className="text-faint">
    /
  </span>
)

/** The bar above the canvas: where one is, how the connection is, and the one primary action. */
export function CanvasBar({ person, view, setView }: { person: Person; view: CanvasView; setView: (view: CanvasView) => void }) {
  const { project, environmentId } = useEnvironment()
  const router = useRouter()
  const store = useCanvasStore()
  const current = project.environments.find((environment) => environment.id === environmentId)
  return (
    <header className="relative z-20 flex h-12 shrink-0 items-center gap-2 border-b border-line bg-surface pr-2 pl-3 sm:pr-3 sm:pl-4">
      <Link href={paths.projects()} aria-label="Projects" className="flex shrink-0 rounded-control">
        <Wordmark hideWord />
      </Link>
      {SLASH}
      <div className="min-w-0">
        <h1 className="truncate font-medium" title={project.name}>
          {project.name}
        </h1>
        {/* Where the switch has no room: which environment is looked at is never left to be guessed. */}
        <p className="truncate text-meta text-muted sm:hidden">{current?.name}</p>
      </div>
      <span className="hidden sm:contents">{SLASH}</span>
      <EnvironmentSwitch />
      <TargetMark />
      <ConnectionState />
      <div className="ml-auto flex shrink-0 items-center gap-0.5 sm:gap-1">
        <PresenceAvatars />
        <IconButton label="All commands" icon={<Search />} onClick={() => ask(store, { kind: 'palette', only: 'everything' })} />
        <IconButton
          label={view === 'list' ? 'Show as canvas' : 'Show as list'}
          icon={view === 'list' ? <Network /> : <LayoutList />}
          onClick={() => setView(view === 'list' ? 'canvas' : 'list')}
        />
        <IconButton className="hidden! sm:inline-flex!" label="Logs" icon={<ScrollText />} onClick={() => router.push(paths.logs(project.id, environmentId))} />
        <IconButton className="hidden! sm:inline-flex!" label="Metrics" icon={<ChartSpline />} onClick={() => router.push(paths.metrics(project.id, environmentId))} />
        <IconButton className="hidden! sm:inline-flex!" label="Shared variables" icon={<Variable />} onClick={() => router.push(paths.sharedVariables(project.id, environmentId))} />
        <BellPlace />
        <MoreMenu />
        <span className="hidden md:contents">
          <ThemeMenu theme={person.theme} />
        </span>
        <AccountMenu user={person.user} organizations={person.organizations} currentId={person.organizationId} />
      </div>
    </header>
  )
}

/** What is asked for seldom and, where the bar is short, all that has no place in it. */
function MoreMenu() {
  const store = useCanvasStore()
  const environment = useEnvironment()
  const { project, environmentId } = environment
  return (
    <Menu
      label="More"
      trigger={<IconButton label="More" icon={<Ellipsis />} />}
      items={[
        { label: 'Logs', href: paths.logs(project.id, environmentId) },
        { label: 'Metrics', href: paths.metrics(project.id, environmentId) },
        { label: 'Shared variables', href: paths.sharedVariables(project.id, environmentId) },
        { kind: 'separator' },
        { label: 'Revisions', onSelect: () => ask(store, { kind: 'revisions' }) },
        { label: 'Activity', href: paths.activity(project.id) },
        { label: 'Project settings', href: paths.projectSettings(project.id) },
        { kind: 'separator' },
        ...environmentEntries(environment),
      ]}
    />
  )
}

/** What fires comes with the stream, and what shows it after that. */
function BellPlace() {
  const bell = useLater(loadBell, useCanvas((state) => state.connection !== 'connecting'))
  return bell ?? <span className="size-8" />
}

function environmentEntries({ project, environmentId }: Pick<EnvironmentFacts, 'project' | 'environmentId'>): MenuEntry[] {
  return [{ kind: 'heading', label: 'Environments' }, ...project.environments.map(({ id, name }) => ({ label: name, href: paths.canvas(project.id, id), checked: id === environmentId }))]
}

function EnvironmentSwitch() {
  const store = useCanvasStore()
  const { project, environmentId } = useEnvironment()
  const missing = useMissing('project.write')
  const current = project.environments.find((environment) => environment.id === environmentId)
  return (
    <span className="hidden min-w-0 sm:block">
      <Menu
        align="start"
        label="Environments"
        trigger={
          <button type="button" className="flex min-w-0 items-center gap-1 rounded-control px-1 py-0.5 text-muted hover:bg-hover hover:text-ink" aria-label={`Environment ${current?.name ?? ''}. Switch`}>
            <span className="max-w-40 truncate">{current?.name}</span>
            <ChevronsUpDown aria-hidden="true" className="size-3.5 shrink-0 text-faint" />
          </button>
        }
        items={[
          ...environmentEntries({ project, environmentId }),
          { kind: 'separator' },
          { label: `Branch ${current?.name ?? ''}…`, icon: <GitBranch />, disabledReason: missing, onSelect: () => ask(store, { kind: 'branch' }) },
          { label: 'Manage environments', icon: <Settings />, href: paths.projectSettings(project.id) },
        ]}
      />
    </span>
  )
}
