import { createStore, type StoreApi } from 'zustand/vanilla'

import type { StreamState } from '@/components/client/stream'
import type { GraphView, ServiceNode } from '@/lib/contract/graph'
import type { ServiceUse } from '@/lib/contract/use'

import type { History, Places } from './history'
import { toFlowNode, type FlowNode } from './flow-node'
import type { PastedGit } from './git-paste'
import type { Place } from './placement'

// What the canvas knows. `services` is what the server says, by id; `flow` is what is drawn: the same services with
// where they stand on this screen and which are selected. A node that is `held` (being dragged, or its new place is on the
// way to the server) keeps its place here whatever the server says meanwhile.

export type Link = GraphView['links'][number]
/** The dialog that is open. `at` is where on the canvas a new service is wanted. */
export type Question =
  | { kind: 'delete'; serviceId: string }
  | { kind: 'add'; source: 'git' | 'local' | 'image'; at: Place | null; pasted: PastedGit | null }
  | { kind: 'link'; from: string; to: string }
  | { kind: 'review' }
  | { kind: 'discard' }
  | { kind: 'revisions' }

export type CanvasState = {
  services: Readonly<Record<string, ServiceNode>>
  links: readonly Link[]
  flow: FlowNode[]
  held: ReadonlySet<string>
  /** Where the nodes stood that are being dragged. */
  origins: Places
  history: History
  /** What they use of their machine, by id; a service of which nothing is known is not there. */
  uses: Readonly<Record<string, ServiceUse>>
  connection: StreamState
  /** HTTP status with which the server refused the stream for good. */
  refused: number | null
  question: Question | null
  /** Unsaved edits of panels, by `service id:form`; they outlive the panel. */
  drafts: Readonly<Record<string, unknown>>
}

export type CanvasStore = StoreApi<CanvasState>

/** A store for one environment, filled with what the server rendered. */
export function createCanvasStore(graph: GraphView): CanvasStore {
  return createStore<CanvasState>(() => ({
    services: Object.fromEntries(graph.nodes.map((node) => [node.id, node])),
    links: graph.links,
    flow: graph.nodes.map(toFlowNode),
    held: new Set(),
    origins: {},
    history: { past: [], future: [] },
    uses: {},
    connection: 'connecting',
    refused: null,
    question: null,
    drafts: {},
  }))
}

/** Takes the whole graph, as the stream sends it after every connect. What did not change keeps its identity. */
export function receiveGraph(store: CanvasStore, graph: GraphView): void {
  const known = new Set(graph.nodes.map((node) => node.id))
  const removed = Object.keys(store.getState().services).filter((id) => !known.has(id))
  receiveChange(store, { nodes: graph.nodes, removed, links: graph.links })
}

export type GraphChange = { nodes: ServiceNode[]; removed: string[]; links: Link[] }

/** Takes what changed. One changed service re-renders one node. */
export function receiveChange(store: CanvasStore, change: GraphChange): void {
  store.setState((state) => {
    const changed = change.nodes.filter((node) => !isSame(state.services[node.id], node))
    const services = changed.length + change.removed.length === 0 ? state.services : mergeServices(state.services, changed, change.removed)
    return { services, links: isSame(state.links, change.links) ? state.links : change.links, flow: mergeFlow(state, changed, change.removed) }
  })
}

/** Takes one service at once, such as the answer of a command, without waiting for the stream. */
export function receiveService(store: CanvasStore, node: ServiceNode): void {
  receiveChange(store, { nodes: [node], removed: [], links: [...store.getState().links] })
}

function mergeServices(services: CanvasState['services'], changed: readonly ServiceNode[], removed: readonly string[]): CanvasState['services'] {
  const next = { ...services }
  for (const node of changed) next[node.id] = node
  for (const id of removed) delete next[id]
  return next
}

function mergeFlow(state: CanvasState, changed: readonly ServiceNode[], removed: readonly string[]): FlowNode[] {
  if (changed.length + removed.length === 0) return state.flow
  const news = new Map(changed.map((node) => [node.id, node]))
  const kept = state.flow
    .filter((node) => !removed.includes(node.id))
    .map((node) => {
      const service = news.get(node.id)
      news.delete(node.id)
      if (!service) return node
      const isMoved = !state.held.has(node.id) && (node.position.x !== service.x || node.position.y !== service.y)
      return { ...node, ariaLabel: toFlowNode(service).ariaLabel, ...(isMoved ? { position: { x: service.x, y: service.y } } : {}) }
    })
  return news.size === 0 ? kept : [...kept, ...[...news.values()].map(toFlowNode)]
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}

/** Keeps or forgets the unsaved edits of one form. */
export function setDraft(store: CanvasStore, key: string, draft: unknown): void {
  store.setState(({ drafts }) => {
    const { [key]: _, ...rest } = drafts
    return { drafts: draft === null ? rest : { ...rest, [key]: draft } }
  })
}

export function ask(store: CanvasStore, question: Question | null): void {
  store.setState({ question })
}
