import type { Place } from './placement'

export type Box = Place & { id: string; width: number; height: number }
export const ALIGNMENTS = ['left', 'centre', 'right', 'top', 'middle', 'bottom'] as const
export type Alignment = (typeof ALIGNMENTS)[number]
export type Axis = 'across' | 'down'

/** Where boxes stand when they have one edge, or one middle, in common: that of all together. */
export function aligned(boxes: readonly Box[], alignment: Alignment): Record<string, Place> {
  const { left, right, top, bottom } = boundsOf(boxes)
  const at: Record<Alignment, (box: Box) => Place> = {
    left: ({ y }) => ({ x: left, y }),
    centre: ({ y, width }) => ({ x: Math.round((left + right - width) / 2), y }),
    right: ({ y, width }) => ({ x: right - width, y }),
    top: ({ x }) => ({ x, y: top }),
    middle: ({ x, height }) => ({ x, y: Math.round((top + bottom - height) / 2) }),
    bottom: ({ x, height }) => ({ x, y: bottom - height }),
  }
  return Object.fromEntries(boxes.map((box) => [box.id, at[alignment](box)]))
}

/** Where boxes stand when there is the same room between them; the outermost two stay. */
export function distributed(boxes: readonly Box[], axis: Axis): Record<string, Place> {
  const [start, size] = axis === 'across' ? (['x', 'width'] as const) : (['y', 'height'] as const)
  const ordered = [...boxes].sort((a, b) => a[start] - b[start])
  const last = ordered.at(-1)
  if (ordered.length < 3 || !last) return Object.fromEntries(boxes.map(({ id, x, y }) => [id, { x, y }]))
  const room = last[start] + last[size] - ordered[0]![start] - ordered.reduce((sum, box) => sum + box[size], 0)
  const gap = room / (ordered.length - 1)
  let next = ordered[0]![start]
  return Object.fromEntries(
    ordered.map((box) => {
      const place = { x: box.x, y: box.y, [start]: Math.round(next) }
      next += box[size] + gap
      return [box.id, { x: place.x, y: place.y }]
    }),
  )
}

function boundsOf(boxes: readonly Box[]) {
  return {
    left: Math.min(...boxes.map(({ x }) => x)),
    right: Math.max(...boxes.map(({ x, width }) => x + width)),
    top: Math.min(...boxes.map(({ y }) => y)),
    bottom: Math.max(...boxes.map(({ y, height }) => y + height)),
  }
}
