import type { GraphView, ServiceNode } from '../contract/graph'
import type { Frame, Source } from './stream-source'

/** First the whole graph, then only what changed. When it was looked at is no change. */
export function graphFrames(environmentId: string, load: () => Promise<GraphView>): Source {
  let sent: Map<string, string> | null = null
  let sentRest = ''
  return {
    concerns: (hint) => (hint.kind === 'graph' || hint.kind === 'deployment') && hint.environmentId === environmentId,
    async next(): Promise<Frame[]> {
      const graph = await load()
      const now = new Map(graph.nodes.map((node) => [node.id, fingerprint(node)]))
      const rest = JSON.stringify([graph.links, graph.volumes, graph.groups, graph.shared])
      const before = sent
      const restChanged = rest !== sentRest
      sent = now
      sentRest = rest
      if (before === null) return [{ event: 'graph', data: graph }]
      const nodes = graph.nodes.filter((node) => before.get(node.id) !== now.get(node.id))
      const removed = [...before.keys()].filter((id) => !now.has(id))
      return nodes.length + removed.length > 0 || restChanged ? [{ event: 'change', data: { nodes, removed, links: graph.links, volumes: graph.volumes, groups: graph.groups, shared: graph.shared } }] : []
    },
  }
}

/** Several streams are given the same nodes. */
const prints = new WeakMap<ServiceNode, string>()

function fingerprint(node: ServiceNode): string {
  const known = prints.get(node)
  if (known !== undefined) return known
  const print = JSON.stringify({ ...node, observed: node.observed && { ...node.observed, observedAt: null } })
  prints.set(node, print)
  return print
}
