'use client'

import { ArrowDownToLine, Download, Pause, Play, ScrollText, Search, WrapText } from 'lucide-react'

import { copyText } from '@/components/ui/copy-text'
import { IconButton } from '@/components/ui/icon-button'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { toast } from '@/components/ui/toast'
import { Copy } from 'lucide-react'

import { toText, type BufferedLine } from './log-buffer'
import type { LogKind } from './use-log'

export type KindChoice = LogKind | 'all'

export type LogToolbarProps = {
  lines: readonly BufferedLine[]
  text: string
  setText: (text: string) => void
  kind: KindChoice
  /** Absent when the log is of one kind. */
  setKind?: (kind: KindChoice) => void
  wrap: boolean
  setWrap: (wrap: boolean) => void
  paused: boolean
  setPaused: (paused: boolean) => void
  fileName: string
  /** Shows the same in the log explorer, where more can be asked. */
  onExplore: () => void
}

const KINDS = [
  { value: 'all', label: 'All' },
  { value: 'runtime', label: 'Runtime' },
  { value: 'build', label: 'Build' },
] as const

/** What one does with a log: search, narrow, pause, wrap, take away. */
export function LogToolbar({ lines, text, setText, kind, setKind, wrap, setWrap, paused, setPaused, fileName, onExplore }: LogToolbarProps) {
  const copy = async () => {
    if (await copyText(toText(lines))) toast.success(`${lines.length} lines copied.`)
    else toast.error('The browser refused to copy. Download the log instead.')
  }
  return (
    <div className="flex shrink-0 items-center gap-1 border-b border-line px-3 py-1.5">
      <Input size="small" type="search" aria-label="Search the log" placeholder="Search" icon={<Search />} value={text} onChange={(event) => setText(event.target.value)} className="min-w-0 flex-1" />
      {setKind ? <Select<KindChoice> size="small" label="Kind of log" value={kind} onValueChange={setKind} options={KINDS} className="w-26! shrink-0" /> : null}
      <IconButton size="small" label={paused ? 'Resume' : 'Pause'} icon={paused ? <Play /> : <Pause />} pressed={paused} onClick={() => setPaused(!paused)} />
      <IconButton size="small" label="Wrap lines" icon={<WrapText />} pressed={wrap} onClick={() => setWrap(!wrap)} />
      <IconButton size="small" label="Copy what is shown" icon={<Copy />} disabled={lines.length === 0} onClick={() => void copy()} />
      <IconButton size="small" label="Download what is shown" icon={<Download />} disabled={lines.length === 0} onClick={() => download(fileName, toText(lines))} />
      <IconButton size="small" label="Open in the log explorer" icon={<ScrollText />} onClick={onExplore} />
    </div>
  )
}

function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}

/** Back to the newest line, and how many came meanwhile. */
export function NewLines({ count, onClick }: { count: number; onClick: () => void }) {
  return (
    <button type="button" onClick={onClick} className="absolute right-4 bottom-3 flex items-center gap-1.5 rounded-full border border-line-strong bg-overlay px-3 py-1 text-meta shadow-float hover:bg-raised">
      <ArrowDownToLine aria-hidden="true" className="size-3.5" />
      {count === 0 ? 'To the newest line' : `${count} new ${count === 1 ? 'line' : 'lines'}`}
    </button>
  )
}
