import { createHash, generateKeyPairSync, sign, X509Certificate } from 'node:crypto'

import type { Certificate } from '../table'

// Certificates to play with: signed by themselves, with a key of P-256 (X.509 in DER, RFC 5280).

const der = (tag: number, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts)
  const length = body.length < 128 ? [body.length] : body.length < 256 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 255]
  return Buffer.concat([Buffer.from([tag, ...length]), body])
}
const sequence = (...parts: Buffer[]) => der(0x30, ...parts)
const time = (at: Date) => der(0x18, Buffer.from(`${at.toISOString().replace(/[-:T]|\..*/g, '')}Z`))
const SIGNED_BY = sequence(der(6, Buffer.from('2a8648ce3d040302', 'hex')))
const COMMON_NAME = der(6, Buffer.from('550403', 'hex'))
const ALTERNATIVE_NAMES = der(6, Buffer.from('551d11', 'hex'))
const DAY_MS = 86_400_000

/** One for these hosts. Every one has a key and a number of its own. */
export function certificate(id: string, hosts: string[]): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const name = sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from(`${id} ${hosts[0]}`)))))
  const names = sequence(ALTERNATIVE_NAMES, der(4, sequence(...hosts.map((host) => der(0x82, Buffer.from(host))))))
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const serial = createHash('sha256').update(spki).digest().subarray(0, 8)
  serial[0] = (serial[0]! & 0x7f) | 1
  const validity = sequence(time(new Date(Date.now() - DAY_MS)), time(new Date(Date.now() + DAY_MS)))
  const content = sequence(der(0xa0, der(2, Buffer.from([2]))), der(2, serial), SIGNED_BY, name, validity, name, spki, der(0xa3, sequence(names)))
  const signature = sign('sha256', content, { key: privateKey, dsaEncoding: 'der' })
  const whole = sequence(content, SIGNED_BY, der(3, Buffer.from([0]), signature))
  const chainPem = `-----BEGIN CERTIFICATE-----\n${whole.toString('base64').match(/.{1,64}/g)!.join('\n')}\n-----END CERTIFICATE-----\n`
  return { id, fingerprint: new X509Certificate(chainPem).fingerprint256, hosts, chainPem, keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string }
}
