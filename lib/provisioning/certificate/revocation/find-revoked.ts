import { CRLDistributionPointsExtension, X509Certificate, X509Crl } from '@peculiar/x509'

const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g

/** Where a certificate says that its authority lists what it has revoked (RFC 5280, 4.2.1.13). */
export function listAddresses(chainPem: string): string[] {
  const points = new X509Certificate(chainPem.match(BLOCK)?.[0] ?? chainPem).getExtension(CRLDistributionPointsExtension)?.distributionPoints ?? []
  return points.flatMap((point) => (point.distributionPoint?.fullName ?? []).flatMap((name) => name.uniformResourceIdentifier ?? []))
}

/**
 * Whether a list (DER or PEM) says that the first certificate of a chain is revoked. Null for a list that cannot be believed: unreadable, of somebody else, or out of date. The issuer is the second
 * certificate of the chain.
 */
export async function isListed(chainPem: string, list: Buffer, now: Date): Promise<boolean | null> {
  const [leafPem, issuerPem] = chainPem.match(BLOCK) ?? []
  if (leafPem === undefined || issuerPem === undefined) return null
  try {
    const crl = new X509Crl(list.toString('latin1').startsWith('-----BEGIN') ? list.toString('latin1') : new Uint8Array(list))
    const isBelieved = await crl.verify({ publicKey: new X509Certificate(issuerPem) })
    if (!isBelieved || (crl.nextUpdate !== undefined && crl.nextUpdate < now)) return null
    return crl.findRevoked(new X509Certificate(leafPem)) !== null
  } catch {
    return null
  }
}
