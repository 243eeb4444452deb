import { moved, rowBelow, settled, type Box, type Widget } from '@/lib/domain/dashboard'

/** A dashboard while somebody changes it: what it was before each change, so that it can be taken back. */
export type Draft = { /** The version that was changed. */ version: number; widgets: readonly Widget[]; past: readonly Step[] }

/** `did`: what taking it back would undo. */
type Step = { did: string; before: readonly Widget[] }

const MOST_STEPS = 100

export function startDraft(version: number, widgets: readonly Widget[]): Draft {
  return { version, widgets: settled(widgets), past: [] }
}

function after(draft: Draft, did: string, widgets: readonly Widget[]): Draft {
  if (JSON.stringify(widgets) === JSON.stringify(draft.widgets)) return draft
  return { ...draft, widgets, past: [...draft.past, { did, before: draft.widgets }].slice(-MOST_STEPS) }
}

export type WidgetWords = Pick<Widget, 'chart' | 'title' | 'serviceId' | 'metric'>

/** A new one, below the others. `id` is one that no other has. */
export function addWidget(draft: Draft, words: WidgetWords, id: string): Draft {
  return after(draft, 'Add', [...draft.widgets, { id, ...words, x: 0, y: rowBelow(draft.widgets), width: 6, height: 3 }])
}

export function changeWidget(draft: Draft, id: string, words: WidgetWords): Draft {
  return after(draft, 'Change', draft.widgets.map((widget) => (widget.id === id ? { ...widget, ...words } : widget)))
}

export function removeWidget(draft: Draft, id: string): Draft {
  return after(draft, 'Remove', settled(draft.widgets.filter((widget) => widget.id !== id)))
}

export function placeWidget(draft: Draft, id: string, to: Partial<Box>): Draft {
  return after(draft, 'width' in to || 'height' in to ? 'Resize' : 'Move', moved(draft.widgets, id, to))
}

/** All of them at once, such as the default ones. */
export function replaceWidgets(draft: Draft, widgets: readonly Widget[]): Draft {
  return after(draft, 'Replace', settled(widgets))
}

/** As it was before the last change. */
export function takeBack(draft: Draft): Draft {
  const last = draft.past.at(-1)
  return last ? { ...draft, widgets: last.before, past: draft.past.slice(0, -1) } : draft
}

/** Where a widget stands, for those who do not see it. */
export function placeWords({ x, y, width, height }: Box): string {
  return `column ${x + 1}, row ${y + 1}, ${width} wide, ${height} high`
}
