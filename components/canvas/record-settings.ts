import type { ServiceView } from '@/lib/contract/service'

import { together, type Setting, type Step } from './history'
import { advanceIn, record } from './record'
import type { CanvasStore } from './store'

/** Remembers what a save of settings changed: name, source and settings, to be taken back together. */
export function recordSettings(store: CanvasStore, before: ServiceView, after: ServiceView): void {
  const { id, name } = before
  const settings: Setting[] = [
    ...(before.name === after.name ? [] : [{ of: 'name' as const, kind: 'service' as const, id, before: before.name, after: after.name }]),
    ...(isSame(before.source, after.source) ? [] : [{ of: 'source' as const, id, before: before.source, after: after.source }]),
    ...(isSame(before.settings, after.settings) ? [] : [{ of: 'settings' as const, id, before: before.settings, after: after.settings }]),
  ]
  advanceIn(store, id, { from: before.revision, to: after.revision })
  record(store, together(`Settings of ${name}`, settings.map((setting): Step => ({ label: 'Settings', kind: 'set', setting }))))
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
