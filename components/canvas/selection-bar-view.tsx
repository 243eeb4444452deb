'use client'

import { Panel } from '@xyflow/react'
import { X } from 'lucide-react'
import { useEffect } from 'react'
import { useShallow } from 'zustand/react/shallow'

import { Button } from '@/components/ui/button'
import { IconButton } from '@/components/ui/icon-button'
import { Menu } from '@/components/ui/menu'

import { useCanvas } from './canvas-context'
import { useCommands } from './commands/commands-context'
import type { CommandId } from './commands/table'

const ALIGN: CommandId[] = ['alignLeft', 'alignCentre', 'alignRight', 'alignTop', 'alignMiddle', 'alignBottom']
const SHOWN: CommandId[] = ['group', 'duplicate', 'delete']

/** While several are selected: what can be done with all of them. */
export function SelectionBarView() {
  const ids = useCanvas(useShallow((state) => state.flow.flatMap(({ id, selected }) => (selected ? [id] : []))))
  const commands = useCommands()
  const isWanted = ids.length > 1
  useEffect(() => (isWanted ? void commands.bring() : undefined), [isWanted, commands])
  if (!isWanted || !commands.isThere) return null
  const subject = { kind: 'selection' as const, ids }
  const button = (id: CommandId) => {
    const entry = commands.entryOf(id, subject)
    return entry && <IconButton key={id} size="small" label={entry.label} icon={entry.icon} disabledReason={entry.disabledReason} onClick={entry.onSelect} />
  }
  return (
    <Panel position="top-center" className="m-3! max-sm:mt-14!">
      <div role="toolbar" aria-label="What is selected" className="flex animate-appear items-center gap-0.5 rounded-card border border-line-strong bg-overlay p-1 shadow-float">
        <p role="status" className="px-2 whitespace-nowrap tabular-nums">
          {ids.length} selected
        </p>
        <span className="hidden items-center gap-0.5 md:flex">{ALIGN.map(button)}</span>
        <span className="mx-0.5 h-5 w-px bg-line" />
        {SHOWN.map(button)}
        <Menu label="Actions of what is selected" trigger={<Button size="small" variant="ghost">More</Button>} items={commands.menuOf(subject)} />
        <IconButton size="small" label="Select nothing" icon={<X />} onClick={() => commands.run('clear', subject)} />
      </div>
    </Panel>
  )
}
