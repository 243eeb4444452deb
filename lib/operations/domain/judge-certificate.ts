import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'

import { AppError } from '../../errors'

// A certificate that somebody brings, before it is kept: what a proxy or a browser would stumble over is said at once.

export type Judged = { hosts: string[]; issuer: string; fingerprint: string; notBefore: Date; notAfter: Date; chainPem: string; keyPem: string }

const BLOCK = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g
const LEAST_RSA_BITS = 2_048

/** Reads a chain and its key for a host name. Throws `invalid_input` that says what is wrong with which of both, and what to do. */
export function judgeCertificate({ chain, key, hostname, now }: { chain: string; key: string; hostname: string; now: Date }): Judged {
  const certificates = readChain(chain)
  const privateKey = readKey(key)
  const [leaf, ...rest] = certificates as [X509Certificate, ...X509Certificate[]]
  if (leaf.ca) throw wrong('chain', 'The first certificate is that of an authority. Begin with the one that was issued for your host name, then those that vouch for it.')
  if (!leaf.checkPrivateKey(privateKey)) throw wrong('key', 'The key does not belong to this certificate. Give the key that the certificate was asked for with.')
  if (!covers(leaf, hostname)) throw wrong('chain', `The certificate is for ${namesOf(leaf).join(', ') || 'no host name'}, not for ${hostname}.`)
  const { validFrom, validTo } = { validFrom: new Date(leaf.validFrom), validTo: new Date(leaf.validTo) }
  if (validTo <= now) throw wrong('chain', `The certificate ended on ${day(validTo)}. Upload one that is valid.`)
  if (validFrom > now) throw wrong('chain', `The certificate begins on ${day(validFrom)}. Upload it then.`)
  for (const [index, next] of rest.entries()) {
    const before = certificates[index]!
    if (!before.checkIssued(next) || !before.verify(next.publicKey)) throw wrong('chain', `Certificate ${index + 2} does not vouch for the one before it. Put them in order: yours first, then each that vouches for the one before.`)
  }
  return {
    hosts: namesOf(leaf),
    issuer: fieldOf(leaf.issuer, 'CN') ?? fieldOf(leaf.issuer, 'O') ?? leaf.issuer.split('\n').at(-1) ?? '',
    fingerprint: leaf.fingerprint256.replaceAll(':', '').toLowerCase(),
    notBefore: validFrom,
    notAfter: validTo,
    chainPem: certificates.map((each) => each.toString()).join(''),
    keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

function readChain(text: string): X509Certificate[] {
  const blocks = text.match(BLOCK) ?? []
  if (blocks.length === 0) throw wrong('chain', /PRIVATE KEY/.test(text) ? 'This is a key. Put it into the field of the key, and the certificate here.' : 'There is no certificate in PEM here: text that begins with -----BEGIN CERTIFICATE-----. A .pfx or .p12 file has to be converted first: openssl pkcs12 -in file.pfx -nodes.')
  if (blocks.length > 10) throw wrong('chain', `There are ${blocks.length} certificates. Give yours and those that vouch for it, at most 10.`)
  return blocks.map((block, index) => {
    try {
      return new X509Certificate(block)
    } catch {
      throw wrong('chain', `Certificate ${index + 1} cannot be read. Copy it whole, with its first and last line.`)
    }
  })
}

function readKey(text: string): KeyObject {
  if (/ENCRYPTED/.test(text)) throw wrong('key', 'The key is protected by a password, which nobody could type when it is used. Remove it first: openssl pkey -in key.pem -out open.pem.')
  const key = parseKey(text)
  const { modulusLength } = key.asymmetricKeyDetails ?? {}
  if (key.asymmetricKeyType !== 'rsa' && key.asymmetricKeyType !== 'ec') throw wrong('key', `Browsers take RSA and EC keys, not ${key.asymmetricKeyType ?? 'this one'}.`)
  if (modulusLength !== undefined && modulusLength < LEAST_RSA_BITS) throw wrong('key', `The key has ${modulusLength} bits, which browsers refuse. Use one with at least ${LEAST_RSA_BITS}.`)
  return key
}

function parseKey(text: string): KeyObject {
  try {
    return createPrivateKey(text)
  } catch {
    throw wrong('key', 'There is no private key in PEM here: text that begins with -----BEGIN PRIVATE KEY-----.')
  }
}

/** A certificate for `*.example.com` is one for a wildcard of this name, and for each name with one part before it. */
function covers(leaf: X509Certificate, hostname: string): boolean {
  const wildcard = hostname.replace(/^[^.]+\./, '*.')
  return namesOf(leaf).some((name) => name === hostname || name === wildcard)
}

function namesOf(leaf: X509Certificate): string[] {
  return Array.from((leaf.subjectAltName ?? '').matchAll(/(?:^|, )DNS:([^,\s"]+)/g), (match) => match[1]!.toLowerCase())
}

function fieldOf(name: string, field: string): string | undefined {
  return name.split('\n').find((line) => line.startsWith(`${field}=`))?.slice(field.length + 1)
}

function day(at: Date): string {
  return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }).format(at)
}

function wrong(field: 'chain' | 'key', message: string): AppError {
  return new AppError('invalid_input', message, { fields: { [field]: message } })
}
