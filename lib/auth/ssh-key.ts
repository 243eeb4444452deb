import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto'

import { AppError } from '../errors'

/** A key pair as OpenSSH writes it. `privateKey` ends with a line break, which ssh insists on. */
export type SshKeyPair = { privateKey: string; publicKey: string; fingerprint: string }

const TYPE = 'ssh-ed25519'

/** A new Ed25519 key in the openssh-key-v1 format (OpenSSH, PROTOCOL.key), without a passphrase. */
export function generateSshKey(comment: string): SshKeyPair {
  const { privateKey } = generateKeyPairSync('ed25519')
  return describe(formatPrivateKey(privateKey, comment), publicBlob(privateKey), comment)
}

/**
 * Takes a private key a person pasted: OpenSSH or PEM, Ed25519, without a passphrase.
 * Throws `invalid_input` that says what was found.
 */
export function importSshKey(text: string, comment: string): SshKeyPair {
  const trimmed = text.replace(/\r\n/g, '\n').trim()
  if (trimmed.startsWith('-----BEGIN OPENSSH PRIVATE KEY-----')) return importOpenSsh(`${trimmed}\n`, comment)
  let key: KeyObject
  try {
    key = createPrivateKey(trimmed)
  } catch (cause) {
    throw wrong('It is no private key, or it has a passphrase. Paste a key made with: ssh-keygen -t ed25519 -N ""', cause)
  }
  if (key.asymmetricKeyType !== 'ed25519') throw wrong(`It is a PEM key of type ${key.asymmetricKeyType ?? 'unknown'}; PEM keys must be ed25519. Convert it with: ssh-keygen -p -N "" -f <file>`)
  return describe(formatPrivateKey(key, comment), publicBlob(key), comment)
}

/** Reads the clear part of an OpenSSH key: it names the cipher and holds the public key, whatever the algorithm. */
function importOpenSsh(text: string, comment: string): SshKeyPair {
  const body = Buffer.from(text.split('\n').filter((line) => !line.startsWith('-----')).join(''), 'base64')
  const magic = Buffer.from('openssh-key-v1\0')
  if (!body.subarray(0, magic.length).equals(magic)) throw wrong('It is damaged: it does not begin as an OpenSSH key does.')
  try {
    let at = magic.length
    const next = () => {
      const length = body.readUInt32BE(at)
      const value = body.subarray(at + 4, at + 4 + length)
      if (value.length !== length) throw new RangeError('short')
      at += 4 + length
      return value
    }
    if (next().toString() !== 'none') throw wrong('It has a passphrase. Remove it with: ssh-keygen -p -N "" -f <file>')
    next()
    next()
    at += 4
    return describe(text, next(), comment)
  } catch (cause) {
    throw cause instanceof AppError ? cause : wrong('It is damaged: it ends too early.', cause)
  }
}

function describe(privateKey: string, blob: Buffer, comment: string): SshKeyPair {
  const type = blob.subarray(4, 4 + blob.readUInt32BE(0)).toString()
  const fingerprint = `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`
  return { privateKey, publicKey: `${type} ${blob.toString('base64')} ${comment.replace(/\s+/g, '-')}`, fingerprint }
}

/** The raw 32 bytes of an Ed25519 public key, as `string type, string key`. */
function publicBlob(key: KeyObject): Buffer {
  const raw = Buffer.from((createPublicKey(key).export({ format: 'jwk' }) as { x: string }).x, 'base64url')
  return Buffer.concat([field(TYPE), field(raw)])
}

function formatPrivateKey(key: KeyObject, comment: string): string {
  const { d, x } = key.export({ format: 'jwk' }) as { d: string; x: string }
  const publicKey = Buffer.from(x, 'base64url')
  const check = randomBytes(4)
  const secret = Buffer.concat([check, check, field(TYPE), field(publicKey), field(Buffer.concat([Buffer.from(d, 'base64url'), publicKey])), field(comment)])
  // Padded with 1, 2, 3, … to the block size of the cipher, which is 8 for none.
  const padding = Buffer.from(Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, i) => i + 1))
  const count = Buffer.from([0, 0, 0, 1])
  const bytes = Buffer.concat([Buffer.from('openssh-key-v1\0'), field('none'), field('none'), field(''), count, field(publicBlob(key)), field(Buffer.concat([secret, padding]))])
  const lines = bytes.toString('base64').match(/.{1,70}/g) ?? []
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join('\n')}\n-----END OPENSSH PRIVATE KEY-----\n`
}

function field(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

function wrong(message: string, cause?: unknown): AppError {
  return new AppError('invalid_input', `The private key cannot be used. ${message}`, { fields: { privateKey: message }, cause })
}
