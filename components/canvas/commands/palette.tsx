'use client'

import { useReactFlow } from '@xyflow/react'
import clsx from 'clsx'
import { useRouter } from 'next/navigation'
import { Dialog } from 'radix-ui'
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react'

import { Kbd } from '@/components/ui/kbd'

import { useCanvasStore } from '../canvas-context'
import { ask, select } from '../store'
import { useCommands } from './commands-context'
import { ranked } from './match'
import { commandEntries, nodeEntries, type PaletteEntry } from './palette-entries'
import { motionMs } from '../motion'
import { focusNode } from './walk'
import { useElsewhere } from './use-elsewhere'

/** As many as one looks through. */
const MOST = 60

/** Reaches everything by its name: every command of everything, or every node. */
export function Palette({ only }: { only: 'everything' | 'nodes' }) {
  const store = useCanvasStore()
  const commands = useCommands()
  const elsewhere = useElsewhere()
  const goTo = useGoTo()
  const router = useRouter()
  const [query, setQuery] = useState('')
  const [at, setAt] = useState(0)
  // As things are when it is opened: what changes meanwhile does not move under the pointer.
  const all = useMemo(() => {
    const state = store.getState()
    return [...nodeEntries(state), ...(only === 'nodes' ? [] : commandEntries(state, commands, elsewhere))]
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [only, commands.isThere])
  const found = useMemo(() => ranked(inOrder(all, query), query, ({ label, of }) => `${label} ${of}`).slice(0, MOST), [all, query])
  useEffect(() => void commands.bring(), [commands])
  const close = () => ask(store, null)
  const choose = (chosen: PaletteEntry | undefined) => {
    if (!chosen || chosen.entry.disabledReason) return
    close()
    const { nodeId, entry } = chosen
    // After the dialog has given the focus back, so that the next one takes it from there.
    setTimeout(() => {
      if (nodeId !== undefined) goTo(nodeId)
      else if (entry.href === undefined) entry.onSelect?.()
      else if (entry.external) window.open(entry.href, '_blank', 'noreferrer')
      else router.push(entry.href)
    }, 0)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const moved = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: found.length - 1 }[event.key]
    if (event.key === 'Enter') choose(found[at])
    else if (moved === undefined || ((event.key === 'Home' || event.key === 'End') && query !== '')) return
    else setAt((moved + found.length) % Math.max(1, found.length))
    event.preventDefault()
  }
  return (
    <Dialog.Root open onOpenChange={(open) => (open ? undefined : close())}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-50 bg-scrim" />
        <Dialog.Content aria-describedby={undefined} className="fixed inset-x-2 top-2 z-50 mx-auto flex max-h-[min(30rem,calc(100dvh-1rem))] max-w-[36rem] animate-appear flex-col overflow-hidden rounded-panel border border-line-strong bg-raised shadow-float outline-none sm:top-[12vh]">
          <Dialog.Title className="sr-only">{only === 'nodes' ? 'Find a node' : 'All commands'}</Dialog.Title>
          <Found {...{ query, found, at, setAt, choose, onKeyDown }} onQuery={(next) => (setQuery(next), setAt(0))} placeholder={only === 'nodes' ? 'Go to…' : 'Do something, or go somewhere…'} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

/** Without a query, commands of the canvas stand before those of single nodes, which are many. */
function inOrder(all: readonly PaletteEntry[], query: string): readonly PaletteEntry[] {
  if (query.trim() !== '') return all
  const isGeneral = ({ of, nodeId }: PaletteEntry) => nodeId === undefined && (of === 'Canvas' || of === 'Add' || of.endsWith(' selected'))
  return all.some(isGeneral) ? [...all.filter(isGeneral), ...all.filter((entry) => !isGeneral(entry))] : all
}

type FoundProps = {
  query: string
  onQuery: (query: string) => void
  found: readonly PaletteEntry[]
  at: number
  setAt: (at: number) => void
  choose: (entry: PaletteEntry | undefined) => void
  onKeyDown: (event: KeyboardEvent) => void
  placeholder: string
}

function Found({ query, onQuery, found, at, setAt, choose, onKeyDown, placeholder }: FoundProps) {
  const id = useId()
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' })
  }, [at, found])
  return (
    <>
      <input
        role="combobox"
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={found[at] ? `${id}-${at}` : undefined}
        aria-label={placeholder}
        placeholder={placeholder}
        value={query}
        onChange={(event) => onQuery(event.target.value)}
        onKeyDown={onKeyDown}
        autoComplete="off"
        spellCheck={false}
        className="h-12 w-full shrink-0 border-b border-line bg-transparent px-4 text-title outline-none placeholder:text-faint"
      />
      <div ref={list} id={id} role="listbox" aria-label="Commands" className="min-h-0 overflow-y-auto p-1.5">
        {found.map((each, index) => (
          <Row key={each.id} id={`${id}-${index}`} each={each} isAt={index === at} onPoint={() => setAt(index)} onChoose={() => choose(each)} />
        ))}
      </div>
      <p role="status" className={clsx('px-4 text-muted', found.length === 0 ? 'pb-4' : 'sr-only')}>
        {found.length === 0 ? 'Nothing is called so.' : `${found.length} found`}
      </p>
    </>
  )
}

type RowProps = { id: string; each: PaletteEntry; isAt: boolean; onPoint: () => void; onChoose: () => void }

function Row({ id, each: { label, of, entry, nodeId }, isAt, onPoint, onChoose }: RowProps) {
  return (
    <div
      id={id}
      role="option"
      aria-selected={isAt}
      aria-disabled={Boolean(entry.disabledReason) || undefined}
      onPointerMove={isAt ? undefined : onPoint}
      onPointerDown={(event) => event.preventDefault()}
      onPointerUp={onChoose}
      className={clsx('flex cursor-pointer items-center gap-2.5 rounded-control px-2.5 py-1.5 aria-disabled:cursor-not-allowed aria-selected:bg-press [&_svg]:size-4 [&_svg]:shrink-0', entry.danger && 'text-bad')}
    >
      {entry.icon ?? <span className="size-4 shrink-0" />}
      <span className={clsx('min-w-0 flex-1', entry.disabledReason && 'opacity-60')}>
        <span className="block truncate">{nodeId === undefined ? label : `Go to ${label}`}</span>
        {entry.disabledReason && isAt ? <span className="block text-meta">{entry.disabledReason}</span> : null}
      </span>
      <span className="max-w-40 shrink-0 truncate text-meta text-muted">{of}</span>
      {entry.shortcut ? (
        <span className="hidden sm:inline [&_kbd]:text-muted">
          <Kbd>{entry.shortcut}</Kbd>
        </span>
      ) : null}
    </div>
  )
}

/** Shows a node in the middle, selected and focused. */
function useGoTo(): (id: string) => void {
  const store = useCanvasStore()
  const { fitView } = useReactFlow()
  return (id) => {
    select(store, [id])
    void fitView({ nodes: [{ id }], maxZoom: 1, minZoom: 0.6, padding: 0.3, duration: motionMs(220) }).then(() => focusNode(id))
  }
}
