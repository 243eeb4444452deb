'use client'

import { ScrollText, X } from 'lucide-react'
import { useRouter } from 'next/navigation'

import { useEnvironment } from '@/components/canvas/canvas-context'
import { paths } from '@/components/paths'
import { useEscape } from '@/components/service/use-escape'
import { IconButton } from '@/components/ui/icon-button'

import { LogExplorerLater } from './log-explorer-later'

/** The log explorer of the environment. It covers the canvas: lines are long, and next to a canvas each would be cut. Escape closes it. */
export function LogsPanel() {
  const router = useRouter()
  const { project, environmentId } = useEnvironment()
  const close = () => router.push(paths.canvas(project.id, environmentId))
  useEscape(close)
  return (
    <section data-panel aria-label="Logs" className="absolute inset-0 z-10 flex animate-appear flex-col bg-surface">
      <LogExplorerLater
        serviceId={null}
        edges={{
          title: (
            <h2 className="flex min-w-0 items-center gap-2 text-title font-semibold">
              <ScrollText aria-hidden="true" className="size-4.5 shrink-0 text-muted" />
              Logs
            </h2>
          ),
          close: <IconButton label="Close (Escape)" icon={<X />} onClick={close} className="-mr-1" />,
        }}
        className="flex-1"
      />
    </section>
  )
}
