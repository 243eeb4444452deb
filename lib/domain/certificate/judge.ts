import { covers } from './covers'

// Whether a certificate that somebody brings can be served for a host name. What it says was read by `secrets/read-certificate`; here it is judged.

export type KeyFacts = { type: 'rsa' | 'ec' | 'other'; /** Of RSA. */ bits: number | null; /** Of elliptic curves, and the name of another type. */ name: string | null }

/** One certificate of a chain, in the order it was given. `isIssuedByNext`: signed by the one after it; null for the last. */
export type ChainLink = { subject: string; issuer: string; names: readonly string[]; notBefore: Date; notAfter: Date; key: KeyFacts; isAuthority: boolean; isSelfIssued: boolean; isIssuedByNext: boolean | null }

export type CertificateFacts = { chain: readonly ChainLink[]; /** Whether the private key is that of the first certificate; null when it could not be read. */ isKeyOfFirst: boolean | null; /** What is wrong with the texts themselves; nothing else is judged then. */ unreadable: readonly Problem[] }

/** A sentence, and which of the two texts it is about. */
export type Problem = { of: 'chain' | 'key'; message: string }

/** `problems`: it cannot be used. `warnings`: it can, and somebody should know; sentences. */
export type Judgement = { problems: Problem[]; warnings: string[] }

const LEAST_RSA_BITS = 2_048
const CURVES = ['prime256v1', 'secp384r1', 'secp521r1']
const SOON_MS = 30 * 24 * 3_600_000

export function judgeFacts({ chain, isKeyOfFirst, unreadable }: CertificateFacts, { hostname, now }: { hostname: string; now: Date }): Judgement {
  const [leaf] = chain
  if (unreadable.length > 0 || !leaf) return { problems: unreadable.length > 0 ? [...unreadable] : ofChain(['There is no certificate in the text. Paste the PEM text, which begins with -----BEGIN CERTIFICATE-----.']), warnings: [] }
  // One that was signed by itself may call itself an authority, and is a host name's all the same.
  if (leaf.isAuthority && !leaf.names.some((name) => covers(name, hostname))) return { problems: ofChain(['The first certificate is that of an authority, not of a host name. Put the certificate of the host name first, then those of the authorities that issued it.']), warnings: [] }
  return {
    problems: [...matchProblems(isKeyOfFirst), ...ofChain([...keyProblems(leaf), ...nameProblems(leaf, hostname), ...dateProblems(chain, now), ...chainProblems(chain)])],
    warnings: [...dateWarnings(leaf, now), ...chainWarnings(chain)],
  }
}

function ofChain(messages: readonly string[]): Problem[] {
  return messages.map((message) => ({ of: 'chain', message }))
}

function matchProblems(isKeyOfFirst: boolean | null): Problem[] {
  return isKeyOfFirst === false ? [{ of: 'key', message: 'The private key does not belong to the first certificate. Use the key that the certificate was requested with, and put the certificate of the host name first.' }] : []
}

function keyProblems({ key }: ChainLink): string[] {
  const problems: string[] = []
  if (key.type === 'rsa' && (key.bits ?? 0) < LEAST_RSA_BITS) problems.push(`The key is RSA with ${key.bits} bits, which browsers refuse. Request a certificate with an RSA key of at least ${LEAST_RSA_BITS} bits, or one on the curve P-256.`)
  if (key.type === 'ec' && !CURVES.includes(key.name ?? '')) problems.push(`The key is on the curve ${key.name}, which browsers do not know. Use P-256, P-384 or P-521.`)
  if (key.type === 'other') problems.push(`The key is of the type ${key.name}, which browsers do not accept for websites. Use RSA or an elliptic curve such as P-256.`)
  return problems
}

function nameProblems({ names }: ChainLink, hostname: string): string[] {
  if (names.some((name) => covers(name, hostname))) return []
  if (names.length === 0) return [`The certificate names no host names (subject alternative names), so browsers refuse it for ${hostname}.`]
  const wider = names.find((name) => name.startsWith('*.') && hostname.endsWith(name.slice(1)) && !hostname.startsWith('*.'))
  return [`The certificate is for ${listed(names)}, not for ${hostname}.${wider === undefined ? '' : ` ${wider} stands for one label only.`}`]
}

function dateProblems(chain: readonly ChainLink[], now: Date): string[] {
  const [leaf, ...rest] = chain
  if (now >= leaf!.notAfter) return [`The certificate has expired on ${day(leaf!.notAfter)}. Renew it where it was issued.`]
  if (now < leaf!.notBefore) return [`The certificate is not valid before ${day(leaf!.notBefore)}. Upload it then, or check the clock of this machine.`]
  return rest.filter(({ notAfter, isSelfIssued }) => now >= notAfter && !isSelfIssued).map(({ subject, notAfter }) => `The certificate of the authority ${subject} in the chain has expired on ${day(notAfter)}. Get the present chain from whoever issued yours.`)
}

function dateWarnings({ notAfter }: ChainLink, now: Date): string[] {
  const leftMs = notAfter.getTime() - now.getTime()
  if (leftMs <= 0 || leftMs > SOON_MS) return []
  const days = Math.floor(leftMs / (24 * 3_600_000))
  return [`The certificate ends ${days === 0 ? 'within a day' : days === 1 ? 'in a day' : `in ${days} days`}, on ${day(notAfter)}. Certificates that are uploaded are not renewed by Easel.`]
}

function chainProblems(chain: readonly ChainLink[]): string[] {
  const broken = chain.findIndex(({ isIssuedByNext }) => isIssuedByNext === false)
  if (broken !== -1) return [`The chain is not in order: ${chain[broken]!.subject} was issued by ${chain[broken]!.issuer}, and ${chain[broken + 1]!.subject} comes after it. Put each certificate before that of who issued it.`]
  const last = chain.at(-1)!
  const misused = chain.slice(1).find(({ isAuthority }) => !isAuthority)
  if (misused) return [`${misused.subject} is in the chain and may not issue certificates. Leave out what is not an authority's.`]
  if (chain.length === 1 && !last.isSelfIssued) return [`The chain is not complete: the certificate of ${last.issuer}, who issued it, is missing. Add it below yours; authorities offer it as intermediate or full chain.`]
  return []
}

function chainWarnings(chain: readonly ChainLink[]): string[] {
  const last = chain.at(-1)!
  if (chain.length === 1 && last.isSelfIssued) return ['The certificate was signed by itself. Browsers show a warning before the site.']
  if (last.isSelfIssued) return [`The root certificate ${last.subject} is in the chain. Browsers have it already; it can be left out.`]
  return []
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 4)
  return `${shown.join(', ')}${names.length > shown.length ? ` and ${names.length - shown.length} more` : ''}`
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10)
}
