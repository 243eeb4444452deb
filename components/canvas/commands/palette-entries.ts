import { isToCome, type MenuEntry } from '@/components/ui/menu'

import type { CanvasState } from '../store'
import type { Commands } from './commands-context'
import { lineOf, nameOf, PANE, subjectOf, type Subject } from './subject'

export type PaletteEntry = {
  id: string
  label: string
  /** What it belongs to, shown faintly: a kind of node, `Canvas`, `Console`. */
  of: string
  entry: Extract<MenuEntry, { kind?: 'item' }>
  /** The node that it goes to, in place of an action. */
  nodeId?: string
}

const WORD = { service: 'Service', volume: 'Volume', group: 'Group' } as const

/** Every node and frame, to go to. */
export function nodeEntries(state: CanvasState): PaletteEntry[] {
  return state.flow.flatMap(({ id }): PaletteEntry[] => {
    const subject = subjectOf(state, id)
    if (subject === null) return []
    return [{ id: `go ${id}`, label: nameOf(subject, state), of: subject.kind === 'service' && subject.service.source.type === 'database' ? 'Database' : WORD[subject.kind as keyof typeof WORD], entry: { label: '' }, nodeId: id }]
  })
}

/** Every command of everything there is: of the canvas, what is selected, each node, each link. */
export function commandEntries(state: CanvasState, commands: Commands, others: readonly { of: string; entries: readonly MenuEntry[] }[]): PaletteEntry[] {
  const selected = state.flow.filter((node) => node.selected).map(({ id }) => id)
  const several: Subject[] = selected.length > 1 ? [{ kind: 'selection', ids: selected }] : []
  const nodes = state.flow.flatMap(({ id }) => subjectOf(state, id) ?? [])
  const lines = [...state.links.map(({ id }) => id), ...Object.values(state.volumes).filter(({ serviceId }) => serviceId !== null).map(({ id }) => `mount-${id}`)].flatMap((id) => lineOf(state, id) ?? [])
  const menuOf = (...asked: Parameters<Commands['menuOf']>): readonly MenuEntry[] => {
    const entries = commands.menuOf(...asked)
    return isToCome(entries) ? [] : entries
  }
  const groups = [
    ...several.map((subject) => ({ of: nameOf(subject, state), entries: menuOf(subject) })),
    { of: 'Canvas', entries: menuOf(PANE, { isWhole: true, except: ['palette', 'frame'] }) },
    ...others,
    ...[...nodes, ...lines].map((subject) => ({ of: nameOf(subject, state), entries: menuOf(subject) })),
  ]
  return groups.flatMap(({ of, entries }, at) => entries.flatMap((entry, index): PaletteEntry[] => (entry.kind === 'separator' || entry.kind === 'heading' ? [] : [{ id: `${at} ${index}`, label: entry.label, of, entry }])))
}
