'use client'

import { Activity, BookOpen, FolderOpen, Monitor, Moon, Settings, Sun, UserRound, Wrench } from 'lucide-react'

import { applyTheme } from '@/components/account/theme'
import { paths } from '@/components/paths'
import type { MenuEntry } from '@/components/ui/menu'
import { roleHolds } from '@/lib/domain/permission'

import { useEnvironment } from '../canvas-context'
import { useAddEntries } from '../use-add-entries'

const SETTINGS = { organization: 'Organization', members: 'Members', tokens: 'API tokens', keys: 'SSH keys', registries: 'Registries', stores: 'Snapshot stores', targets: 'Targets', account: 'Account' } as const

/** What the palette reaches besides the commands of the table: what can be added, and every other place of the console. */
export function useElsewhere(): { of: string; entries: MenuEntry[] }[] {
  const { project, environmentId, role } = useEnvironment()
  const add = useAddEntries()(() => null)
  return [
    { of: 'Add', entries: add.map((entry) => (entry.kind === 'separator' || entry.kind === 'heading' ? entry : { ...entry, label: `Add ${entry.label}` })) },
    {
      of: 'Environment',
      entries: project.environments.filter(({ id }) => id !== environmentId).map(({ id, name }) => ({ label: `Switch to ${name}`, icon: <FolderOpen />, href: paths.canvas(project.id, id) })),
    },
    {
      of: 'Console',
      entries: [
        { label: 'Projects', icon: <FolderOpen />, href: paths.projects() },
        { label: 'Project settings', icon: <Settings />, href: paths.projectSettings(project.id) },
        { label: 'Activity', icon: <Activity />, href: paths.activity(project.id) },
        ...(roleHolds(role, 'job.read') ? [{ label: 'Operations', icon: <Wrench />, href: paths.operations() }] : []),
        { label: 'API reference', icon: <BookOpen />, href: paths.reference() },
        ...Object.entries(SETTINGS).map(([section, label]) => ({ label: `Settings: ${label}`, icon: section === 'account' ? <UserRound /> : <Settings />, href: paths.settings(section as keyof typeof SETTINGS) })),
      ],
    },
    {
      of: 'Theme',
      entries: [
        { label: 'Dark theme', icon: <Moon />, onSelect: () => applyTheme('dark') },
        { label: 'Light theme', icon: <Sun />, onSelect: () => applyTheme('light') },
        { label: 'Theme of the system', icon: <Monitor />, onSelect: () => applyTheme('system') },
      ],
    },
  ]
}
