import type { Seal } from './seal'

export function sealChannelSecret(seal: Seal, channelId: string, secret: string): string {
  return seal.seal(secret, `channel:${channelId}`)
}

/** Null for a channel without a secret. */
export function openChannelSecret(seal: Seal, channel: { id: string; secretSealed: string | null }): string | null {
  return channel.secretSealed === null ? null : seal.open(channel.secretSealed, `channel:${channel.id}`)
}
