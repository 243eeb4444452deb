import { createStore, type StoreApi } from 'zustand/vanilla'

import type { StreamState } from '@/components/client/stream'
import type { ComposeText } from '@/components/compose/compose-file'
import type { GivenFolder } from '@/components/upload/read-folder'
import type { AlertView } from '@/lib/contract/alert'
import type { GraphView, ServiceNode } from '@/lib/contract/graph'
import type { GroupView } from '@/lib/contract/group'
import type { ServiceUse } from '@/lib/contract/use'
import type { VolumeNode } from '@/lib/contract/volume'

import { EMPTY_HISTORY, type History, type Spots } from './history'
import { toFlowNode, type FlowNode } from './flow-node'
import type { PastedGit } from '@/components/project/git-paste'
import type { Place } from './placement'
import { NO_TRAFFIC, type Traffic } from './traffic'

// What the canvas knows. `services`, `volumes` and `groups` are what the server says, by id; `flow` is what is drawn: the same with
// where they stand on this screen and which are selected. A node that is `held` (being dragged, or its new place is on the
// way to the server) keeps its place here whatever the server says meanwhile.

export type Link = GraphView['links'][number]
/** The dialog that is open. `at` is where on the canvas a new service is wanted. */
export type Question =
  | { kind: 'delete'; serviceId: string }
  | { kind: 'add'; source: 'git' | 'local' | 'image'; at: Place | null; pasted: PastedGit | null; image?: string }
  /** `given`: what was dropped; null where one is to be chosen. `serviceId`: of the service that gets it, null for a new one. */
  | { kind: 'upload'; at: Place | null; given: GivenFolder | null; serviceId: string | null }
  | { kind: 'database'; at: Place | null }
  | { kind: 'compose'; at: Place | null; file: File | ComposeText | null }
  | { kind: 'link'; from: string; to: string }
  | { kind: 'add_volume'; at: Place | null; serviceId: string | null }
  | { kind: 'attach'; volumeId: string; serviceId: string | null }
  | { kind: 'detach'; volumeId: string }
  | { kind: 'delete_volume'; volumeId: string }
  | { kind: 'review' }
  | { kind: 'discard' }
  | { kind: 'revisions' }
  | { kind: 'branch' }
  | { kind: 'connect'; from: string }
  | { kind: 'unlink'; from: string; to: string }
  | { kind: 'delete_several'; ids: readonly string[] }
  | { kind: 'palette'; only: 'everything' | 'nodes' }
  | { kind: 'keys' }

/** Where a name stands that can be changed there: on its node, in the list, in its panel. */
export type NamePlace = 'node' | 'row' | 'panel'

export type CanvasState = {
  services: Readonly<Record<string, ServiceNode>>
  volumes: Readonly<Record<string, VolumeNode>>
  groups: Readonly<Record<string, GroupView>>
  links: readonly Link[]
  /** Version of the shared variables. */
  shared: string
  flow: FlowNode[]
  held: ReadonlySet<string>
  /** Where the nodes stood that are being dragged. */
  origins: Spots
  /** The line that has the focus. */
  focusedLine: string | null
  /** The frame in which what is being dragged would be dropped. */
  dropFrame: string | null
  history: History
  /** Whether what is dragged goes from point to point of the grid. */
  isSnapping: boolean
  hasMap: boolean
  /** What they use of their machine, by id; a service of which nothing is known is not there. */
  uses: Readonly<Record<string, ServiceUse>>
  /** What comes to services and goes between them. */
  traffic: Traffic
  /** What fires. */
  alerts: readonly AlertView[]
  connection: StreamState
  /** HTTP status with which the server refused the stream; or somebody else has signed in in this browser. */
  refused: number | 'another_person' | null
  question: Question | null
  /** The name in whose place is a field. */
  renaming: { id: string; at: NamePlace } | null
  /** Unsaved edits of panels, by `service id:form`; they outlive the panel. */
  drafts: Readonly<Record<string, unknown>>
}

export type CanvasStore = StoreApi<CanvasState>

/** A store for one environment, filled with what the server rendered and what was left when it was shown before. */
export function createCanvasStore(graph: GraphView, kept: Partial<Pick<CanvasState, 'drafts' | 'history'>> = {}): CanvasStore {
  return createStore<CanvasState>(() => ({
    services: Object.fromEntries(graph.nodes.map((node) => [node.id, node])),
    volumes: byId(graph.volumes),
    groups: byId(graph.groups),
    links: graph.links,
    shared: graph.shared,
    flow: [...graph.groups, ...graph.nodes, ...graph.volumes].map(toFlowNode),
    held: new Set(),
    origins: {},
    focusedLine: null,
    dropFrame: null,
    history: EMPTY_HISTORY,
    isSnapping: true,
    hasMap: true,
    uses: {},
    traffic: NO_TRAFFIC,
    alerts: [],
    connection: 'connecting',
    refused: null,
    question: null,
    renaming: null,
    drafts: {},
    ...kept,
  }))
}

/** Takes the whole graph, as the stream sends it after every connect. What did not change keeps its identity. */
export function receiveGraph(store: CanvasStore, graph: GraphView): void {
  const known = new Set(graph.nodes.map((node) => node.id))
  const removed = Object.keys(store.getState().services).filter((id) => !known.has(id))
  receiveChange(store, { nodes: graph.nodes, removed, links: graph.links, volumes: graph.volumes, groups: graph.groups, shared: graph.shared })
}

/** `volumes`, `groups` and `shared`: as they are; absent when nothing is said of them. */
export type GraphChange = { nodes: ServiceNode[]; removed: string[]; links: Link[]; volumes?: VolumeNode[]; groups?: GroupView[]; shared?: string }

/** Takes what changed. One changed service re-renders one node. */
export function receiveChange(store: CanvasStore, change: GraphChange): void {
  store.setState((state) => {
    const changed = change.nodes.filter((node) => !isSame(state.services[node.id], node))
    const services = changed.length + change.removed.length === 0 ? state.services : mergeServices(state.services, changed, change.removed)
    const volumes = taken(state.volumes, change.volumes)
    const groups = taken(state.groups, change.groups)
    const different = [...changed, ...differing(state.volumes, volumes), ...differing(state.groups, groups)]
    const gone = [...change.removed, ...missing(state.volumes, volumes), ...missing(state.groups, groups)]
    return { services, volumes, groups, shared: change.shared ?? state.shared, links: isSame(state.links, change.links) ? state.links : change.links, flow: mergeFlow(state, different, gone) }
  })
}

/** Takes one volume at once, such as the answer of a command. */
export function receiveVolume(store: CanvasStore, volume: VolumeNode): void {
  const { links, volumes } = store.getState()
  receiveChange(store, { nodes: [], removed: [], links: [...links], volumes: Object.values({ ...volumes, [volume.id]: volume }) })
}

/** Takes one frame likewise. */
export function receiveGroup(store: CanvasStore, group: GroupView): void {
  const { links, groups } = store.getState()
  receiveChange(store, { nodes: [], removed: [], links: [...links], groups: Object.values({ ...groups, [group.id]: group }) })
}

/** A frame is gone; what was in it is on its own. */
export function forgetGroup(store: CanvasStore, groupId: string): void {
  const { links, groups, services, volumes } = store.getState()
  const free = <T extends { groupId: string | null }>(nodes: readonly T[]) => nodes.map((node) => (node.groupId === groupId ? { ...node, groupId: null } : node))
  receiveChange(store, { nodes: free(Object.values(services)), removed: [], links: [...links], volumes: free(Object.values(volumes)), groups: Object.values(groups).filter(({ id }) => id !== groupId) })
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

type Known<T> = Readonly<Record<string, T>>

function byId<T extends { id: string }>(all: readonly T[]): Known<T> {
  return Object.fromEntries(all.map((each) => [each.id, each]))
}

function taken<T extends { id: string }>(known: Known<T>, all: readonly T[] | undefined): Known<T> {
  return all === undefined || isSame(Object.values(known), all) ? known : byId(all)
}

function differing<T>(before: Known<T>, now: Known<T>): T[] {
  return before === now ? [] : Object.entries(now).flatMap(([id, each]) => (isSame(before[id], each) ? [] : [each]))
}

function missing<T>(before: Known<T>, now: Known<T>): string[] {
  return before === now ? [] : Object.keys(before).filter((id) => !now[id])
}

function mergeFlow(state: CanvasState, changed: readonly (ServiceNode | VolumeNode | GroupView)[], removed: readonly string[]): FlowNode[] {
  if (changed.length + removed.length === 0) return state.flow
  const news = new Map(changed.map((node) => [node.id, node]))
  const kept = state.flow
    .filter((node) => !removed.includes(node.id))
    .map((node) => {
      const said = news.get(node.id)
      news.delete(node.id)
      if (!said) return node
      const { ariaLabel, position, width, height, measured } = toFlowNode(said)
      if (state.held.has(node.id)) return { ...node, ariaLabel }
      const isMoved = node.position.x !== said.x || node.position.y !== said.y
      return { ...node, ariaLabel, ...(isMoved ? { position } : {}), ...(said.kind === 'group' ? { width, height, measured } : {}) }
    })
  const added = [...news.values()].map(toFlowNode)
  if (added.length === 0) return kept
  return [...added.filter((node) => node.type === 'frame'), ...kept, ...added.filter((node) => node.type !== 'frame')]
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

/** The field in place of a name goes, unless another one was opened meanwhile. */
export function endRename(store: CanvasStore, id: string): void {
  store.setState(({ renaming }) => (renaming?.id === id ? { renaming: null } : {}))
}

/** A service or a volume as the server last described it; undefined when it is neither, or gone. */
export function nodeIn({ services, volumes }: CanvasState, id: string): ServiceNode | VolumeNode | undefined {
  return services[id] ?? volumes[id]
}

/** The frame a node is in. */
export function groupOf(state: CanvasState, id: string): string | null {
  return nodeIn(state, id)?.groupId ?? null
}

/** Selects exactly these. */
export function select(store: CanvasStore, ids: readonly string[]): void {
  const wanted = new Set(ids)
  store.setState(({ flow }) => ({ flow: flow.map((node) => (Boolean(node.selected) === wanted.has(node.id) ? node : { ...node, selected: wanted.has(node.id) })) }))
}

/** Nodes are in a frame, before the stream says so. */
export function settleGroup(store: CanvasStore, groupId: string | null, ids: readonly string[]): void {
  const join = <T extends { groupId: string | null }>(known: Known<T>): Known<T> => ({ ...known, ...Object.fromEntries(ids.flatMap((id) => (known[id] ? [[id, { ...known[id], groupId }]] : []))) })
  store.setState(({ services, volumes }) => ({ services: join(services), volumes: join(volumes) }))
}
