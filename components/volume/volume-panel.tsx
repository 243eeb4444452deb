'use client'

import { HardDrive, MoreHorizontal, X } from 'lucide-react'
import { useRouter } from 'next/navigation'
import type { ReactNode } from 'react'

import { useEnvironment, useService, useVolume } from '@/components/canvas/canvas-context'
import { useVolumeMenu } from '@/components/canvas/commands/use-menu-of'
import { asName, Name } from '@/components/canvas/name'
import { paths, VOLUME_TABS } from '@/components/paths'
import { AlsoOpen } from '@/components/presence/also-open'
import { useEscape } from '@/components/service/use-escape'
import { useMissingActions } from '@/components/service/use-missing-actions'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { IconButton } from '@/components/ui/icon-button'
import { Menu } from '@/components/ui/menu'
import { TabLinks } from '@/components/ui/tabs'
import type { VolumeNode } from '@/lib/contract/volume'

import { useVolumeActions } from './use-volume-actions'

const TITLE: Record<(typeof VOLUME_TABS)[number], string> = { overview: 'Overview', files: 'Files', snapshots: 'Snapshots', metrics: 'Metrics' }

/** One volume in detail, at the right of the canvas. Escape closes it. */
export function VolumePanel({ volumeId, children }: { volumeId: string; children: ReactNode }) {
  const volume = useVolume(volumeId)
  const router = useRouter()
  const { project, environmentId } = useEnvironment()
  const close = () => router.push(paths.canvas(project.id, environmentId))
  useEscape(close)
  const tabs = VOLUME_TABS.map((tab) => ({ href: paths.volume(project.id, environmentId, volumeId, tab), label: TITLE[tab] }))
  return (
    <aside
      data-panel
      aria-label={volume ? `Volume ${volume.name}` : 'Volume'}
      className="absolute inset-y-0 right-0 z-10 flex w-full animate-slide flex-col border-l border-line-strong bg-surface shadow-float [@media(min-width:900px)]:w-[700px]"
    >
      {volume ? (
        <>
          <Header volume={volume} onClose={close} />
          <AlsoOpen nodeId={volumeId} />
          <TabLinks tabs={tabs} label="Volume" className="shrink-0 px-5" />
          <div className="relative flex min-h-0 flex-1 flex-col overflow-y-auto px-5 py-4 *:shrink-0">{children}</div>
        </>
      ) : (
        <EmptyState title="This volume is gone" action={<Button onClick={close}>Close</Button>} className="my-auto">
          It was deleted, or it belongs to another environment.
        </EmptyState>
      )}
    </aside>
  )
}

function Header({ volume, onClose }: { volume: VolumeNode; onClose: () => void }) {
  const actions = useVolumeActions()
  const missing = useMissingActions()
  const menu = useVolumeMenu()
  const service = useService(volume.serviceId ?? '')
  return (
    <header className="shrink-0 px-5 pt-4 pb-1.5">
      <div className="flex items-center gap-2.5">
        <HardDrive aria-hidden="true" className="size-5 shrink-0 stroke-[1.5] text-muted" />
        <Name id={volume.id} at="panel">
          <h2 {...asName(volume.id, 'panel')} className="min-w-0 truncate text-title font-semibold" title={volume.name}>
            {volume.name}
          </h2>
        </Name>
        <span className="shrink-0 text-meta text-faint">{volume.isDeleting ? 'Being removed' : 'Volume'}</span>
        <div className="ml-auto flex shrink-0 items-center gap-1">
          {volume.serviceId === null ? (
            <Button variant="primary" disabledReason={missing.write} onClick={() => actions.askAttach(volume)}>
              Attach
            </Button>
          ) : null}
          <Menu label="More actions" trigger={<IconButton label="More actions" icon={<MoreHorizontal />} />} items={menu(volume, true)} />
          <IconButton label="Close (Escape)" icon={<X />} onClick={onClose} className="-mr-1.5" />
        </div>
      </div>
      <p className="mt-0.5 truncate py-1 text-code text-muted">{service ? <><span className="font-mono">{volume.mountPath}</span> in {service.name}</> : 'Not attached to a service'}</p>
    </header>
  )
}
