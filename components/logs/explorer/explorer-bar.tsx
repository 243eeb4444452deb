'use client'

import { Download, Ellipsis, ListFilter, Pause, Play, RefreshCw, WrapText } from 'lucide-react'
import type { ReactNode } from 'react'

import { IconButton } from '@/components/ui/icon-button'
import { Menu } from '@/components/ui/menu'

import { WindowMenu } from './window-menu'
import type { LogWindow } from './question'

export type ExplorerBarProps = {
  /** Where the filter is written. */
  children: ReactNode
  window: LogWindow
  onWindow: (window: LogWindow) => void
  /** Of a live view: whether new lines wait. */
  isPaused: boolean
  onPause: (isPaused: boolean) => void
  onReload: () => void
  wrap: boolean
  onWrap: (wrap: boolean) => void
  hasFacets: boolean
  onFacets: (hasFacets: boolean) => void
  /** Where the lines are had as a file. */
  download: { text: string; jsonl: string }
  /** What stands at the beginning and the end of the bar. */
  edges: Edges
  /** Leads to the whole explorer, where this is a part of it. */
  whole: string | null
}

export type Edges = { title: ReactNode; close: ReactNode } | null

/** What one does with a log: ask, choose when, pause, take away. */
export function ExplorerBar({ children, window, onWindow, isPaused, onPause, onReload, wrap, onWrap, hasFacets, onFacets, download, edges, whole }: ExplorerBarProps) {
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-x-2 gap-y-1.5 border-b border-line px-3 py-2 @3xl:flex-nowrap">
      {edges === null ? null : <div className="flex min-w-0 flex-1 @3xl:mr-2 @3xl:flex-none">{edges.title}</div>}
      <div className="order-2 flex min-w-0 basis-full @3xl:order-none @3xl:basis-auto @3xl:flex-1">{children}</div>
      <div className="order-3 flex min-w-0 flex-1 items-center gap-1 @3xl:order-none @3xl:flex-none">
        <WindowMenu window={window} onWindow={onWindow} />
        {window.kind === 'live' ? (
          <IconButton label={isPaused ? 'Resume' : 'Pause'} icon={isPaused ? <Play /> : <Pause />} pressed={isPaused} onClick={() => onPause(!isPaused)} />
        ) : (
          <IconButton label="Ask again" icon={<RefreshCw />} onClick={onReload} />
        )}
        <span className="flex-1" />
        <IconButton label="Narrow down" icon={<ListFilter />} pressed={hasFacets} aria-expanded={hasFacets} onClick={() => onFacets(!hasFacets)} />
        <IconButton label="Wrap lines" icon={<WrapText />} pressed={wrap} onClick={() => onWrap(!wrap)} />
        <Menu
          label="Take away"
          trigger={<IconButton label="Download and more" icon={<Ellipsis />} />}
          items={[
            { kind: 'heading', label: 'What the filter lets through' },
            { label: 'Download as text', icon: <Download />, href: download.text, external: true },
            { label: 'Download as JSON lines', icon: <Download />, href: download.jsonl, external: true },
            ...(whole === null ? [] : [{ kind: 'separator' } as const, { label: 'Open in the log explorer', href: whole }]),
          ]}
        />
      </div>
      {edges === null ? null : <div className="order-1 flex shrink-0 @3xl:order-none">{edges.close}</div>}
    </div>
  )
}
