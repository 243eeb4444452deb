import type { Seal } from './seal'

export function sealCertificateKey(seal: Seal, certificateId: string, keyPem: string): string {
  return seal.seal(keyPem, `certificate:${certificateId}`)
}

export function openCertificateKey(seal: Seal, certificate: { id: string; keySealed: string }): string {
  return seal.open(certificate.keySealed, `certificate:${certificate.id}`)
}

export function sealAccountKey(seal: Seal, accountId: string, keyPem: string): string {
  return seal.seal(keyPem, `acme-account:${accountId}`)
}

export function openAccountKey(seal: Seal, account: { id: string; keySealed: string }): string {
  return seal.open(account.keySealed, `acme-account:${account.id}`)
}

export function sealChallengeKey(seal: Seal, challengeId: string, keyPem: string): string {
  return seal.seal(keyPem, `acme-challenge:${challengeId}`)
}

export function openChallengeKey(seal: Seal, challenge: { id: string; keySealed: string }): string {
  return seal.open(challenge.keySealed, `acme-challenge:${challenge.id}`)
}

/** Settings of the provider that sets DNS records of a domain, as JSON. */
export function sealDnsSettings(seal: Seal, domainId: string, settings: unknown): string {
  return seal.seal(JSON.stringify(settings), `domain-dns:${domainId}`)
}

/** Null for a domain without such settings. */
export function openDnsSettings(seal: Seal, domain: { id: string; dnsSettingsSealed: string | null }): unknown {
  return domain.dnsSettingsSealed === null ? null : JSON.parse(seal.open(domain.dnsSettingsSealed, `domain-dns:${domain.id}`))
}

/** What a key is sealed with in the file that the ingress keeps certificates in. */
export function keptCertificateContext(certificateId: string): string {
  return `ingress-certificate:${certificateId}`
}
