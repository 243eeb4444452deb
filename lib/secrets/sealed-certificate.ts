import type { Seal } from './seal'

export function sealCertificateKey(seal: Seal, certificateId: string, keyPem: string): string {
  return seal.seal(keyPem, `certificate:${certificateId}`)
}

/** The key of a certificate, as PEM. */
export function openCertificateKey(seal: Seal, { id, keySealed }: { id: string; keySealed: string }): string {
  return seal.open(keySealed, `certificate:${id}`)
}

export function openChallengeKey(seal: Seal, challenge: { id: string; keySealed: string }): string {
  return seal.open(challenge.keySealed, `acme-challenge:${challenge.id}`)
}
