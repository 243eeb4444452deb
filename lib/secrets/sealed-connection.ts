import type { Seal } from './seal'

/** Seals how a target is reached, its keys included: moved to another target it does not open. */
export function sealConnection(seal: Seal, targetId: string, connection: object): string {
  return seal.seal(JSON.stringify(connection), context(targetId))
}

/** What `sealConnection` was given; the caller knows its type. */
export function openConnection<T extends object>(seal: Seal, targetId: string, sealed: string): T {
  return JSON.parse(seal.open(sealed, context(targetId))) as T
}

function context(targetId: string): string {
  return `target:${targetId}`
}
