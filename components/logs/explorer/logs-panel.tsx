'use client'

import { ScrollText, X } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useEffect, useRef } from 'react'

import { useEnvironment } from '@/components/canvas/canvas-context'
import { paths } from '@/components/paths'
import { useEscape } from '@/components/service/use-escape'
import { IconButton } from '@/components/ui/icon-button'

import { LogExplorerLater } from './log-explorer-later'

/** The log explorer of the environment. It covers the canvas: lines are long, and next to a canvas each would be cut. Escape closes it. */
export function LogsPanel() {
  const router = useRouter()
  const { project, environmentId } = useEnvironment()
  const panel = useRef<HTMLElement>(null)
  const close = () => router.push(paths.canvas(project.id, environmentId))
  useEscape(close)
  // So that keys are about the logs at once.
  useEffect(() => panel.current?.focus({ preventScroll: true }), [])
  return (
    <section ref={panel} data-panel tabIndex={-1} aria-label="Logs" className="absolute inset-0 z-10 flex animate-appear flex-col bg-surface outline-none">
      <header className="flex h-11 shrink-0 items-center gap-2.5 border-b border-line pr-2 pl-3">
        <ScrollText aria-hidden="true" className="size-4.5 shrink-0 text-muted" />
        <h2 className="min-w-0 truncate text-title font-semibold">Logs</h2>
        <IconButton label="Close (Escape)" icon={<X />} onClick={close} className="ml-auto" />
      </header>
      <LogExplorerLater serviceId={null} className="flex-1" />
    </section>
  )
}
