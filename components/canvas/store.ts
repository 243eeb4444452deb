import { createStore, type StoreApi } from 'zustand/vanilla'

import type { StreamState } from '@/components/client/stream'
import type { GraphView, ServiceNode } from '@/lib/contract/graph'
import type { ServiceUse } from '@/lib/contract/use'
import type { VolumeNode } from '@/lib/contract/volume'

import type { History, Places } from './history'
import { toFlowNode, type FlowNode } from './flow-node'
import type { PastedGit } from './git-paste'
import type { Place } from './placement'

// What the canvas knows. `services` and `volumes` are what the server says, by id; `flow` is what is drawn: the same with
// where they stand on this screen and which are selected. A node that is `held` (being dragged, or its new place is on the
// way to the server) keeps its place here whatever the server says meanwhile.

export type Link = GraphView['links'][number]
/** The dialog that is open. `at` is where on the canvas a new service is wanted. */
export type Question =
  | { kind: 'delete'; serviceId: string }
  | { kind: 'add'; source: 'git' | 'local' | 'image'; at: Place | null; pasted: PastedGit | null }
  | { kind: 'database'; at: Place | null }
  | { kind: 'link'; from: string; to: string }
  | { kind: 'add_volume'; at: Place | null; serviceId: string | null }
  | { kind: 'attach'; volumeId: string; serviceId: string | null }
  | { kind: 'detach'; volumeId: string }
  | { kind: 'delete_volume'; volumeId: string }
  | { kind: 'review' }
  | { kind: 'discard' }
  | { kind: 'revisions' }
  | { kind: 'branch' }

export type CanvasState = {
  services: Readonly<Record<string, ServiceNode>>
  volumes: Readonly<Record<string, VolumeNode>>
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
    volumes: byId(graph.volumes),
    links: graph.links,
    flow: [...graph.nodes, ...graph.volumes].map(toFlowNode),
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
  receiveChange(store, { nodes: graph.nodes, removed, links: graph.links, volumes: graph.volumes })
}

/** `volumes`: all there are; absent when nothing is said of them. */
export type GraphChange = { nodes: ServiceNode[]; removed: string[]; links: Link[]; volumes?: VolumeNode[] }

/** Takes what changed. One changed service re-renders one node. */
export function receiveChange(store: CanvasStore, change: GraphChange): void {
  store.setState((state) => {
    const changed = change.nodes.filter((node) => !isSame(state.services[node.id], node))
    const services = changed.length + change.removed.length === 0 ? state.services : mergeServices(state.services, changed, change.removed)
    const volumes = change.volumes === undefined || isSame(Object.values(state.volumes), change.volumes) ? state.volumes : byId(change.volumes)
    const changedVolumes = Object.values(volumes).filter((volume) => !isSame(state.volumes[volume.id], volume))
    const gone = [...change.removed, ...Object.keys(state.volumes).filter((id) => !volumes[id])]
    return { services, volumes, links: isSame(state.links, change.links) ? state.links : change.links, flow: mergeFlow(state, [...changed, ...changedVolumes], gone) }
  })
}

/** Takes one volume at once, such as the answer of a command. */
export function receiveVolume(store: CanvasStore, volume: VolumeNode): void {
  const { links, volumes } = store.getState()
  receiveChange(store, { nodes: [], removed: [], links: [...links], volumes: Object.values({ ...volumes, [volume.id]: volume }) })
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

function byId(volumes: readonly VolumeNode[]): CanvasState['volumes'] {
  return Object.fromEntries(volumes.map((volume) => [volume.id, volume]))
}

function mergeFlow(state: CanvasState, changed: readonly (ServiceNode | VolumeNode)[], removed: readonly string[]): FlowNode[] {
  if (changed.length + removed.length === 0) return state.flow
  const news = new Map(changed.map((node) => [node.id, node]))
  const kept = state.flow
    .filter((node) => !removed.includes(node.id))
    .map((node) => {
      const said = news.get(node.id)
      news.delete(node.id)
      if (!said) return node
      const isMoved = !state.held.has(node.id) && (node.position.x !== said.x || node.position.y !== said.y)
      return { ...node, ariaLabel: toFlowNode(said).ariaLabel, ...(isMoved ? { position: { x: said.x, y: said.y } } : {}) }
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
