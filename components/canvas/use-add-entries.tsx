'use client'

import { Box, Database, Folder, GitBranch, HardDrive, LayoutTemplate } from 'lucide-react'
import { useMemo } from 'react'

import type { MenuEntry } from '@/components/ui/menu'
import { problemOf } from '@/components/ui/problem'
import { toast } from '@/components/ui/toast'
import { hasNetwork } from '@/lib/domain/target'

import { useAddService } from './add-service'
import { useCanvasStore, useEnvironment, useMissing } from './canvas-context'
import type { Place } from './placement'
import { ask } from './store'

/** Everything that can be added, as a menu; `at` is asked for when something is chosen. */
export function useAddEntries(): (at: () => Place | null) => MenuEntry[] {
  const store = useCanvasStore()
  const { instance, templates, target } = useEnvironment()
  const add = useAddService()
  const disabledReason = useMissing('service.write')
  return useMemo(() => {
    const addTemplate = async (template: string, { name, at }: { name: string; at: Place | null }) => {
      try {
        await add({ source: { type: 'template', template }, name: '', at })
      } catch (error) {
        toast.error(`${name} was not added.`, { description: problemOf(error).message })
      }
    }
    return (at) => [
      { label: 'Git repository', icon: <GitBranch />, disabledReason, onSelect: () => ask(store, { kind: 'add', source: 'git', pasted: null, at: at() }) },
      ...(instance.localSources ? [{ label: 'Local folder', icon: <Folder />, disabledReason, onSelect: () => ask(store, { kind: 'add', source: 'local', pasted: null, at: at() }) } as const] : []),
      ...(hasNetwork(target.kind) ? [{ label: 'Image', icon: <Box />, disabledReason, onSelect: () => ask(store, { kind: 'add', source: 'image', pasted: null, at: at() }) } as const] : []),
      { label: 'Database', icon: <Database />, disabledReason, onSelect: () => ask(store, { kind: 'database', at: at() }) },
      { label: 'Volume', icon: <HardDrive />, disabledReason, onSelect: () => ask(store, { kind: 'add_volume', at: at(), serviceId: null }) },
      ...(templates.length > 0 ? [{ kind: 'separator' } as const, { kind: 'heading', label: 'Templates' } as const] : []),
      ...templates.map((template) => ({ label: template.name, icon: <LayoutTemplate />, disabledReason, onSelect: () => void addTemplate(template.id, { name: template.name, at: at() }) })),
    ]
  }, [store, instance.localSources, templates, target.kind, add, disabledReason])
}
