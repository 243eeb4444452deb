import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { keep, keptOf, takeBack } from './kept'
import { createCanvasStore, setDraft } from './store'

const GRAPH = { nodes: [], volumes: [], groups: [], links: [], shared: '1' } as unknown as Parameters<typeof createCanvasStore>[0]

let page: EventTarget
beforeEach(() => {
  page = new EventTarget()
  vi.stubGlobal('window', page)
})
afterEach(() => vi.unstubAllGlobals())

/** Whether the browser would ask before it leaves. */
function asks(): boolean {
  const event = new Event('beforeunload', { cancelable: true })
  page.dispatchEvent(event)
  return event.defaultPrevented
}

it('what was typed is there again for the same person in the same environment, and for nobody else', () => {
  const store = createCanvasStore(GRAPH)
  setDraft(store, 'svc_1:settings', { name: 'shop' })
  keep('ada env_1', store)
  expect(createCanvasStore(GRAPH, keptOf('ada env_1')).getState().drafts).toEqual({ 'svc_1:settings': { name: 'shop' } })
  expect(createCanvasStore(GRAPH, keptOf('bob env_1')).getState().drafts).toEqual({})
  expect(createCanvasStore(GRAPH, keptOf('ada env_2')).getState().drafts).toEqual({})
  takeBack('ada env_1')
  expect(keptOf('ada env_1')).toEqual({})
})

it('the browser asks before it forgets what was typed on a canvas that is not shown', () => {
  keep('ada env_1', createCanvasStore(GRAPH))
  expect(asks()).toBe(false)
  const store = createCanvasStore(GRAPH)
  setDraft(store, 'svc_1:settings', { name: 'shop' })
  keep('ada env_2', store)
  expect(asks()).toBe(true)
  takeBack('ada env_1')
  expect(asks()).toBe(true)
  takeBack('ada env_2')
  expect(asks()).toBe(false)
})
