import type { Seal } from './seal'

export function sealPassword(seal: Seal, registryId: string, password: string): string {
  return seal.seal(password, `registry:${registryId}`)
}

export function openPassword(seal: Seal, registry: { id: string; passwordSealed: string }): string {
  return seal.open(registry.passwordSealed, `registry:${registry.id}`)
}
