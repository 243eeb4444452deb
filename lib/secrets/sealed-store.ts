import type { Seal } from './seal'

export function sealStoreSecret(seal: Seal, storeId: string, secret: string): string {
  return seal.seal(secret, `store:${storeId}`)
}

export function openStoreSecret(seal: Seal, store: { id: string; secretSealed: string }): string {
  return seal.open(store.secretSealed, `store:${store.id}`)
}
