import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'

import { judgeFacts, type CertificateFacts, type ChainLink, type Judgement, type KeyFacts, type Problem } from '../domain/certificate/judge'

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g
/** More are nobody's chain. */
const MOST_CERTIFICATES = 10
/** Begins of DER: a sequence, also in base64. PKCS #12, single certificates and keys look so. */
const BINARY = /^(0[.w\u0081\u0082\ufffd]|MI[E-L]|MHc|MC4)/

export type Brought = { /** Certificates in PEM, that of the host name first. */ chainPem: string; /** Its private key in PEM, not encrypted. */ keyPem: string; hostname: string; now: Date }

/** What of a certificate is kept, beside its chain and key. */
export type ReadCertificate = { hosts: string[]; fingerprint: string; issuer: string; notBefore: Date; notAfter: Date; /** Only the certificates of the text, one after the other. */ chainPem: string }

/** Judges a certificate that somebody brings: what keeps it from being served, and what they should know, as sentences. Never throws. */
export function judgeCertificate({ chainPem, keyPem, hostname, now }: Brought): Judgement {
  return judgeFacts(factsOf(chainPem, keyPem), { hostname, now })
}

/** What is kept of a certificate without problems. Throws for one that was not judged. */
export function readCertificate(chainPem: string): ReadCertificate {
  const blocks = blocksOf(chainPem).filter(({ label }) => label === 'CERTIFICATE').map(({ pem }) => pem)
  const leaf = new X509Certificate(blocks[0] ?? '')
  return { hosts: namesOf(leaf), fingerprint: leaf.fingerprint256.replaceAll(':', '').toLowerCase(), issuer: commonName(leaf.issuer), notBefore: new Date(leaf.validFrom), notAfter: new Date(leaf.validTo), chainPem: `${blocks.join('\n')}\n` }
}

function factsOf(chainPem: string, keyPem: string): CertificateFacts {
  const { certificates, problem } = readChain(chainPem)
  const key = readKey(keyPem, chainPem)
  const unreadable = [{ of: 'chain', message: problem }, { of: 'key', message: key.problem }].filter((each): each is Problem => each.message !== null)
  const [leaf] = certificates
  return { chain: certificates.map(linkOf), isKeyOfFirst: leaf && key.key ? leaf.checkPrivateKey(key.key) : null, unreadable }
}

function blocksOf(text: string): { label: string; pem: string }[] {
  // Copied out of YAML, every line is indented.
  return [...text.replace(/^[^\S\n]+|[^\S\n]+$/gm, '').matchAll(BLOCK)].map(([pem, label]) => ({ label: label!, pem }))
}

function readChain(text: string): { certificates: X509Certificate[]; problem: string | null } {
  const fails = (problem: string) => ({ certificates: [], problem })
  const blocks = blocksOf(text)
  const found = blocks.filter(({ label }) => label === 'CERTIFICATE')
  if (found.length === 0) {
    if (blocks.some(({ label }) => label === 'PKCS7')) return fails('The certificate is a PKCS #7 bundle. Convert it with: openssl pkcs7 -print_certs -in file.p7b -out chain.pem')
    if (blocks.some(({ label }) => label.includes('CERTIFICATE REQUEST'))) return fails('This is a certificate request (CSR), not a certificate. Upload what the authority has made of it.')
    if (BINARY.test(text.trim())) return fails('This is a binary file, not PEM. Convert it: openssl x509 -inform der -in file.cer -out chain.pem for a single certificate (.cer, .der), openssl pkcs12 -in file.pfx -nokeys -out chain.pem for PKCS #12 (.pfx, .p12).')
    return fails('There is no certificate in the text. Paste the PEM text, which begins with -----BEGIN CERTIFICATE-----.')
  }
  if (found.length > MOST_CERTIFICATES) return fails(`There are ${found.length} certificates in the text. Give the one of the host name and those that issued it, no more than ${MOST_CERTIFICATES}.`)
  const certificates: X509Certificate[] = []
  for (const [i, { pem }] of found.entries()) {
    try {
      certificates.push(new X509Certificate(pem))
    } catch {
      return fails(`Certificate ${i + 1} of the text cannot be read. Copy it again, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----.`)
    }
  }
  return { certificates, problem: null }
}


function readKey(text: string, chainPem: string): { key: KeyObject | null; problem: string | null } {
  const fails = (problem: string) => ({ key: null, problem })
  const block = blocksOf(text).find(({ label }) => label.endsWith('PRIVATE KEY'))
  if (!block) {
    if (blocksOf(chainPem).some(({ label }) => label.endsWith('PRIVATE KEY'))) return fails('The private key is among the certificates. Put it into its own field.')
    if (BINARY.test(text.trim())) return fails('This is a binary file, not PEM. Convert it: openssl pkcs12 -in file.pfx -nocerts -nodes -out key.pem for PKCS #12 (.pfx, .p12), openssl pkey -inform der -in file.key -out key.pem for a key alone.')
    return fails('There is no private key in the text. Paste the PEM text, which begins with -----BEGIN PRIVATE KEY-----.')
  }
  if (block.label === 'ENCRYPTED PRIVATE KEY' || block.pem.includes('Proc-Type: 4,ENCRYPTED')) return fails('The private key is encrypted with a passphrase. Decrypt it with: openssl pkey -in key.pem -out plain.pem. Easel encrypts it again with its own key.')
  try {
    return { key: createPrivateKey(block.pem), problem: null }
  } catch {
    return fails('The private key cannot be read. Copy it again, from its -----BEGIN line to its -----END line.')
  }
}

function linkOf(certificate: X509Certificate, i: number, all: readonly X509Certificate[]): ChainLink {
  const next = all[i + 1]
  return {
    subject: commonName(certificate.subject),
    issuer: commonName(certificate.issuer),
    names: namesOf(certificate),
    notBefore: new Date(certificate.validFrom),
    notAfter: new Date(certificate.validTo),
    key: keyFacts(certificate.publicKey),
    isAuthority: certificate.ca,
    isSelfIssued: certificate.checkIssued(certificate) && certificate.verify(certificate.publicKey),
    isIssuedByNext: next === undefined ? null : certificate.checkIssued(next) && certificate.verify(next.publicKey),
  }
}

function keyFacts(key: KeyObject): KeyFacts {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key
  if (type === 'rsa') return { type, bits: details?.modulusLength ?? null, name: null }
  if (type === 'ec') return { type, bits: null, name: details?.namedCurve ?? null }
  return { type: 'other', bits: null, name: type ?? 'unknown' }
}

function namesOf({ subjectAltName }: X509Certificate): string[] {
  return (subjectAltName ?? '').split(', ').filter((name) => name.startsWith('DNS:')).map((name) => name.slice(4).toLowerCase())
}

/** The common name, else all that is written (`O=…, C=…`). A subject may be empty. */
function commonName(name: string | undefined): string {
  const parts = (name ?? '').split('\n').filter((part) => part !== '')
  return parts.find((part) => part.startsWith('CN='))?.slice(3) ?? (parts.join(', ') || 'a certificate without a name')
}
