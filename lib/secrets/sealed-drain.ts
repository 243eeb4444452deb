import type { DrainSecret } from '../domain/drain/settings'
import type { Seal } from './seal'

export function sealDrainSecret(seal: Seal, drainId: string, secret: DrainSecret): string {
  return seal.seal(JSON.stringify(secret), `drain:${drainId}`)
}

/** An empty one for a drain without a secret. */
export function openDrainSecret(seal: Seal, drain: { id: string; secretSealed: string | null }): DrainSecret {
  return drain.secretSealed === null ? {} : (JSON.parse(seal.open(drain.secretSealed, `drain:${drain.id}`)) as DrainSecret)
}
