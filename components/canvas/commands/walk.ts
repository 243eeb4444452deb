import { step, type Direction, type Place } from '../placement'
import type { CanvasState, CanvasStore } from '../store'
import { lineOf } from './subject'

// How the focus goes about on the canvas. Arrows lead from node to node along lines. Tab stops at each node and then at the lines that
// begin at it; a line is left for its ends by the arrows that lead there, and for its neighbours by those that lead across it.

/** What has the focus. A line is called as React Flow knows it. */
export type Focused = { kind: 'node' | 'line'; id: string }

type Drawn = Pick<CanvasState, 'links' | 'volumes'>

/** The node or the line that keys are pressed on; null for anything else. */
export function focusedOn(target: EventTarget | null): Focused | null {
  const id = target instanceof Element ? target.getAttribute('data-id') : null
  if (id === null || !(target instanceof Element)) return null
  if (target.classList.contains('react-flow__node')) return { kind: 'node', id }
  return target.classList.contains('react-flow__edge') ? { kind: 'line', id } : null
}

/** The lines that begin at a node: what it refers to, or where a volume is mounted. */
export function linesFrom({ links, volumes }: Drawn, nodeId: string): string[] {
  const referring = links.filter(({ from }) => from === nodeId).map(({ id }) => id)
  return typeof volumes[nodeId]?.serviceId === 'string' ? [...referring, `mount-${nodeId}`] : referring
}

/** What a line leads from and to; null when it is gone. */
export function endsOf(state: Drawn, lineId: string): { from: string; to: string } | null {
  const line = lineOf(state, lineId)
  if (line?.kind === 'link') return { from: line.link.from, to: line.link.to }
  return line?.kind === 'mount' && line.volume.serviceId !== null ? { from: line.volume.id, to: line.volume.serviceId } : null
}

/** Where an arrow leads on a line: to the end that lies that way or, across it, to another line of the node it begins at. */
export function alongLine({ from, to }: Record<'from' | 'to', Place>, direction: Direction): 'from' | 'to' | 'next' | 'former' {
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const isAcross = Math.abs(dx) >= Math.abs(dy)
  const isLengthwise = isAcross === (direction === 'left' || direction === 'right')
  if (!isLengthwise) return direction === 'left' || direction === 'up' ? 'former' : 'next'
  const isForward = direction === 'right' || direction === 'down'
  return isForward === (isAcross ? dx : dy) >= 0 ? 'to' : 'from'
}

/** Takes the focus where an arrow leads. */
export function walk(store: CanvasStore, focused: Focused, direction: Direction): boolean {
  const state = store.getState()
  return focused.kind === 'node' ? walkFromNode(state, focused.id, direction) : walkOnLine(state, focused.id, direction)
}

function walkFromNode(state: CanvasState, id: string, direction: Direction): boolean {
  const places = state.flow.filter((node) => node.type !== 'frame' || node.id === id).map((node) => ({ id: node.id, ...node.position }))
  const from = places.find((place) => place.id === id)
  if (!from) return false
  const links = [...state.links.map(({ from: a, to: b }) => [a, b]), ...Object.values(state.volumes).map((volume) => [volume.id, volume.serviceId])]
  const linked = new Set(links.flatMap(([a, b]) => (a === id ? [b] : b === id ? [a] : [])).filter((other): other is string => typeof other === 'string'))
  const next = step(from, direction, { others: places.filter((place) => place.id !== id), linked })
  if (next) focusNode(next.id)
  return true
}

function walkOnLine(state: CanvasState, id: string, direction: Direction): boolean {
  const ends = endsOf(state, id)
  const placeOf = (nodeId: string) => state.flow.find((node) => node.id === nodeId)?.position
  const [from, to] = ends ? [placeOf(ends.from), placeOf(ends.to)] : []
  if (!ends || !from || !to) return false
  const way = alongLine({ from, to }, direction)
  if (way === 'from' || way === 'to') return focusNode(ends[way])
  const lines = drawnFrom(state, ends.from)
  return focusLine(lines[lines.indexOf(id) + (way === 'next' ? 1 : -1)])
}

/** Takes the focus where Tab leads. False: the browser goes on from where the focus is by then. */
export function walkByTab(store: CanvasStore, { kind, id }: Focused, isBack: boolean): boolean {
  const state = store.getState()
  if (kind === 'node') return isBack ? focusLine(drawnFrom(state, nodeBefore(id)).at(-1)) : focusLine(drawnFrom(state, id)[0])
  const ends = endsOf(state, id)
  if (!ends) return false
  const lines = drawnFrom(state, ends.from)
  if (focusLine(lines[lines.indexOf(id) + (isBack ? -1 : 1)])) return true
  // What comes after its last line comes after the node.
  return focusNode(ends.from) && isBack
}

/** Gives a node the focus, from where keys go on. */
export function focusNode(id: string): boolean {
  return focus(`.react-flow__node[data-id="${CSS.escape(id)}"]`)
}

function focusLine(id: string | undefined): boolean {
  return id !== undefined && focus(lineElement(id))
}

function focus(selector: string): boolean {
  const element = document.querySelector<HTMLElement | SVGElement>(selector)
  element?.focus({ preventScroll: true })
  return element !== null
}

function lineElement(id: string): string {
  return `.react-flow__edge[data-id="${CSS.escape(id)}"]`
}

/** Of a large canvas only what is in view is there. */
function drawnFrom(state: CanvasState, nodeId: string): string[] {
  return linesFrom(state, nodeId).filter((id) => document.querySelector(lineElement(id)) !== null)
}

function nodeBefore(id: string): string {
  const ids = [...document.querySelectorAll<HTMLElement>('.react-flow__node[tabindex]')].map(({ dataset }) => dataset.id ?? '')
  return ids[ids.indexOf(id) - 1] ?? ''
}
