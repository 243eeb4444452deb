import type { GroupView } from '@/lib/contract/group'
import type { ServiceSettings } from '@/lib/contract/service-settings'
import type { Source } from '@/lib/contract/source'

import type { Place } from './placement'

// What was done on the canvas, as steps that can be taken back and made again. A step says what was before and what is
// after it, so that whoever takes it back can first see whether it is still so: what somebody else has done since stays.

/** Where a node or a frame stands. `groupId`: the frame it is in; `width` and `height` are of a frame. */
export type Spot = Place & { groupId?: string | null; width?: number; height?: number }
export type Spots = Readonly<Record<string, Spot>>

/** Something set of something that is drawn. Null: it is not there. */
export type Setting =
  | { of: 'name'; kind: 'service' | 'volume' | 'group'; id: string; before: string; after: string }
  | { of: 'source'; id: string; before: Source; after: Source }
  | { of: 'settings'; id: string; before: ServiceSettings; after: ServiceSettings }
  | { of: 'variables'; id: string; before: Plain; after: Plain }
  /** Where one of them is secret: the server knows both ends, by a ticket. */
  | { of: 'sealed_variables'; id: string; ticket: string; before: 'before' | 'after'; after: 'before' | 'after' }
  | { of: 'mount'; id: string; before: Mount | null; after: Mount | null }

export type PlainVariable = { value: string; scope: 'both' | 'build' | 'run' }
/** By key. None of them is secret: what is secret is not known here, see `sealed_variables`. */
export type Plain = Readonly<Record<string, PlainVariable | null>>
export type Mount = { serviceId: string; path: string }

/** Something drawn, with what is needed to draw it again. `revision`: nobody has set anything of it since, as long as it is this. */
export type Thing =
  | { kind: 'service'; id: string; again: unknown; by: string; revision: number }
  | { kind: 'volume'; id: string; again: unknown; serviceId: string | null }
  | { kind: 'group'; id: string; group: GroupView; nodes: readonly string[] }
  /** All that a compose file drew, which is taken back and drawn again as one. */
  | { kind: 'composition'; again: unknown; services: readonly { id: string; revision: number }[]; volumes: readonly string[] }

export type Step = { label: string } & (
  | { kind: 'move'; before: Spots; after: Spots }
  | { kind: 'set'; setting: Setting }
  | { kind: 'draw' | 'remove'; thing: Thing }
  | { kind: 'several'; steps: readonly Step[] }
)

export type History = { past: readonly Step[]; future: readonly Step[] }

export const EMPTY_HISTORY: History = { past: [], future: [] }
const LONGEST = 100

/** Remembers a step. What had been undone can no longer be redone. */
export function remember(history: History, step: Step): History {
  return { past: [...history.past, step].slice(-LONGEST), future: [] }
}

/** The history after its last step was taken back. */
export function undone({ past, future }: History): History {
  const step = past.at(-1)
  return step ? { past: past.slice(0, -1), future: [step, ...future] } : { past, future }
}

/** The history after its next step was made again. */
export function redone({ past, future }: History): History {
  const [step, ...rest] = future
  return step ? { past: [...past, step], future: rest } : { past, future }
}

/** The history without a step that can neither be taken back nor made again any more. */
export function without({ past, future }: History, step: Step): History {
  return { past: past.filter((other) => other !== step), future: future.filter((other) => other !== step) }
}

/** The step that takes another one back. */
export function inverse(step: Step): Step {
  switch (step.kind) {
    case 'move':
      return { ...step, before: step.after, after: step.before }
    case 'set':
      return { ...step, setting: { ...step.setting, before: step.setting.after, after: step.setting.before } as Setting }
    case 'draw':
      return { ...step, kind: 'remove' }
    case 'remove':
      return { ...step, kind: 'draw' }
    case 'several':
      return { ...step, steps: step.steps.map(inverse).reverse() }
  }
}

/** Ids that something drawn again has in place of those it had. */
export type Renamed = ReadonlyMap<string, string>

/** The history in which what was drawn again is meant by its new id. */
export function rebind({ past, future }: History, renamed: Renamed): History {
  if (renamed.size === 0) return { past, future }
  return { past: past.map((step) => rebound(step, renamed)), future: future.map((step) => rebound(step, renamed)) }
}

/** The same with other ids. A step is data without functions, and an id stands in it as a text of its own or as a key. */
export function rebound<T>(value: T, renamed: Renamed): T {
  if (typeof value === 'string') return (renamed.get(value) ?? value) as T
  if (Array.isArray(value)) return value.map((item) => rebound<unknown>(item, renamed)) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [renamed.get(key) ?? key, rebound<unknown>(item, renamed)])) as T
}

/**
 * The history after somebody here has set something of a service: that is no reason any more not to take its drawing back.
 * What others have set in between is one.
 */
export function advanced(history: History, id: string, { from, to }: { from: number; to: number }): History {
  const advance = (step: Step): Step => {
    if (step.kind === 'several') return { ...step, steps: step.steps.map(advance) }
    if (step.kind !== 'draw' && step.kind !== 'remove') return step
    if (step.thing.kind === 'composition') return { ...step, thing: { ...step.thing, services: step.thing.services.map((service) => (service.id === id && service.revision === from ? { id, revision: to } : service)) } }
    if (step.thing.kind !== 'service' || step.thing.id !== id || step.thing.revision !== from) return step
    return { ...step, thing: { ...step.thing, revision: to } }
  }
  return { past: history.past.map(advance), future: history.future.map(advance) }
}

/** Several steps as one; null for none. */
export function together(label: string, steps: readonly Step[]): Step | null {
  if (steps.length === 0) return null
  return steps.length === 1 ? { ...steps[0]!, label } : { label, kind: 'several', steps }
}
