import { ask, type CanvasStore } from './store'

/** A line between services refers, one between a volume and a service attaches. What has a database or a volume is the service, whichever end it was begun at. */
export function askToConnect(store: CanvasStore, from: string, to: string): void {
  const { volumes, services } = store.getState()
  const isDatabase = (id: string) => services[id]?.source.type === 'database'
  const isNode = (id: string) => services[id] !== undefined || volumes[id] !== undefined
  if (!isNode(from) || !isNode(to) || (volumes[from] && volumes[to])) return
  if (volumes[from]) ask(store, { kind: 'attach', volumeId: from, serviceId: to })
  else if (volumes[to]) ask(store, { kind: 'attach', volumeId: to, serviceId: from })
  else if (isDatabase(from) && !isDatabase(to)) ask(store, { kind: 'link', from: to, to: from })
  else ask(store, { kind: 'link', from, to })
}
