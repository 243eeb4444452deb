import { X509Certificate, createPrivateKey } from 'node:crypto'

import { generateSshKey, importSshKey } from '../../auth/ssh-key'
import type { TargetConnection, TargetView } from '../../contract/target'
import { AppError } from '../../errors'
import type { TargetRow } from '../../db/queries/targets'
import { openConnection } from '../../secrets/sealed-connection'
import type { Seal } from '../../secrets/seal'

// How a target is reached, from what was typed to what is kept, and to what may be shown. Certificates and keys are read
// here, so that what cannot work is refused with the field to change instead of being found out by the worker.

type Tls = { ca: string; certificate: string; key: string }

/** What is kept, keys included; the worker's drivers take it as it is. */
export type KeptConnection =
  | { kind: 'socket'; path: string }
  | { kind: 'tcp'; host: string; port: number; tls: Tls | null }
  | { kind: 'ssh'; host: string; port: number; user: string; privateKey: string; hostKey: string | null }

/** What to keep of what was given; keys that are not given again are those of before. Throws `invalid_input` on the field to change. */
export function completeConnection(given: TargetConnection, { name, before }: { name: string; before: KeptConnection | null }): KeptConnection {
  if (given.kind === 'ssh') {
    const { privateKey, ...rest } = given
    if (privateKey !== undefined) return { ...rest, privateKey: importedKey(privateKey) }
    return { ...rest, privateKey: before?.kind === 'ssh' ? before.privateKey : generateSshKey(`easel ${name}`).privateKey }
  }
  const { tls, ...rest } = given
  if (tls) return { ...rest, tls: checkTls(tls) }
  if (before?.kind === 'tcp' && before.tls) return { ...rest, tls: before.tls }
  throw refusal('tls', 'Give the certificate of the authority, our certificate and its key: an engine without them is open to everyone who reaches it.')
}

function importedKey(text: string): string {
  try {
    return importSshKey(text, 'easel').privateKey
  } catch (cause) {
    throw cause instanceof AppError && cause.fields?.privateKey ? refusal('privateKey', cause.fields.privateKey, cause) : cause
  }
}

function checkTls({ ca, certificate, key }: Tls): Tls {
  certificateIn(ca, 'tls.ca')
  const own = certificateIn(certificate, 'tls.certificate')
  const privateKey = (() => {
    try {
      return createPrivateKey(key)
    } catch (cause) {
      throw refusal('tls.key', 'It is no private key, or it has a passphrase. Give one without, such as key.pem of the engine’s client.', cause)
    }
  })()
  if (!own.checkPrivateKey(privateKey)) throw refusal('tls.key', 'It is not the key of the certificate. Give cert.pem and key.pem that were made together.')
  if (new Date(own.validTo) < new Date()) throw refusal('tls.certificate', `It was valid until ${own.validTo}. Make a new one.`)
  return { ca: `${ca}\n`, certificate: `${certificate}\n`, key: `${key}\n` }
}

function certificateIn(text: string, field: string): X509Certificate {
  try {
    return new X509Certificate(text)
  } catch (cause) {
    throw refusal(field, 'It is no certificate, or it is damaged. Give the whole text of the PEM file.', cause)
  }
}

function refusal(field: string, message: string, cause?: unknown): AppError {
  return new AppError('invalid_input', `connection.${field}: ${message}`, { fields: { [`connection.${field}`]: message }, cause })
}

/** What is kept of a row; null where there is nothing to reach. */
export function keptConnection(seal: Seal, row: Pick<TargetRow, 'id' | 'connectionSealed'>): KeptConnection | null {
  return row.connectionSealed === null ? null : openConnection<KeptConnection>(seal, row.id, row.connectionSealed)
}

/** The same without anything secret. */
export function shownConnection(kept: KeptConnection | null, name: string): TargetView['connection'] {
  if (kept === null) return { kind: 'local' }
  if (kept.kind === 'socket') return kept
  if (kept.kind === 'ssh') {
    const { privateKey, ...rest } = kept
    return { ...rest, publicKey: importSshKey(privateKey, `easel ${name}`).publicKey }
  }
  const own = kept.tls && new X509Certificate(kept.tls.certificate)
  return { kind: 'tcp', host: kept.host, port: kept.port, tls: own && { subject: own.subject.replaceAll('\n', ', '), validUntil: new Date(own.validTo).toISOString() } }
}
