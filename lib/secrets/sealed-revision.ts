import type { Seal } from './seal'

// A revision holds the variables of its time, so all of it is sealed.

export function sealRevision(seal: Seal, id: string, content: string): string {
  return seal.seal(content, `revision:${id}`)
}

export function openRevision(seal: Seal, id: string, sealed: string): string {
  return seal.open(sealed, `revision:${id}`)
}
