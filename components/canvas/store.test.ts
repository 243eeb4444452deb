import { describe, expect, it } from 'vitest'

import type { ServiceNode } from '@/lib/contract/graph'

import { createCanvasStore, receiveChange, receiveGraph, setDraft } from './store'

const service = (id: string, part: Partial<ServiceNode> = {}): ServiceNode => ({
  kind: 'service',
  id: `svc_${id}`,
  name: id,
  x: 0,
  y: 0,
  groupId: null,
  source: { type: 'template', template: 'node-service' },
  framework: null,
  url: `http://${id}.localhost`,
  state: 'not_deployed',
  since: '2026-01-01T00:00:00.000Z',
  latest: null,
  activeId: null,
  observed: null,
  replicas: { wanted: 1, healthy: 0 },
  hold: null,
  cron: null,
  storedBytes: null,
  lastSnapshotAt: null,
  changed: false,
  revision: 1,
  ...part,
})

const graph = (...nodes: ServiceNode[]) => ({ environmentId: 'env_1', nodes, volumes: [], groups: [], links: [], shared: '' })

describe('the canvas store', () => {
  it('keeps the identity of what did not change, so that one change renders one node', () => {
    const store = createCanvasStore(graph(service('web'), service('api')))
    const before = store.getState()
    receiveGraph(store, graph(service('web'), service('api', { state: 'running' })))
    const after = store.getState()
    expect(after.services.svc_web).toBe(before.services.svc_web)
    expect(after.services.svc_api!.state).toBe('running')
    expect(after.flow[0]).toBe(before.flow[0])
    expect(after.links).toBe(before.links)
  })

  it('takes a place from the server, but not for a node that is held', () => {
    const store = createCanvasStore(graph(service('web'), service('api')))
    store.setState({ held: new Set(['svc_web']) })
    receiveChange(store, { nodes: [service('web', { x: 99 }), service('api', { x: 99 })], removed: [], links: [] })
    expect(store.getState().flow.map((node) => node.position.x)).toEqual([0, 99])
  })

  it('adds what is new and removes what is gone, also when it learns that from a whole graph', () => {
    const store = createCanvasStore(graph(service('web'), service('api')))
    receiveGraph(store, graph(service('api'), service('worker')))
    expect(store.getState().flow.map((node) => node.id)).toEqual(['svc_api', 'svc_worker'])
    expect(Object.keys(store.getState().services)).toEqual(['svc_api', 'svc_worker'])
  })

  it('keeps unsaved edits until they are dropped', () => {
    const store = createCanvasStore(graph(service('web')))
    setDraft(store, 'svc_web:settings', { name: 'shop' })
    receiveGraph(store, graph(service('web', { state: 'running' })))
    expect(store.getState().drafts).toEqual({ 'svc_web:settings': { name: 'shop' } })
    setDraft(store, 'svc_web:settings', null)
    expect(store.getState().drafts).toEqual({})
  })
})
