import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'

// Envelope encryption of variables and credentials: every value has a key of its own, which the instance's key encrypts.
// Changing the instance's key re-encrypts 32 bytes per value, never the value. AES-256-GCM (NIST SP 800-38D) twice, with
// random 96-bit nonces; `context` is authenticated, so a sealed value moved to another row does not open.
//
// Text form: v1.<key id>.<nonce+tag+encrypted data key>.<nonce+tag+encrypted value>, base64url.

export type Seal = {
  seal(plain: string, context: string): string
  /** Throws when the key, the context or the text is not the one it was sealed with. */
  open(sealed: string, context: string): string
  /** The same for the same value and context; tells nothing of the value to whoever lacks the key. */
  digest(plain: string, context: string): string
}

/** Makes a Seal from the instance's key: 64 hexadecimal digits. `keyId` tells keys apart once there are several. */
export function makeSeal(keyHex: string, keyId = 'k1'): Seal {
  const master = Buffer.from(keyHex, 'hex')
  if (master.length !== 32) throw new Error('The encryption key must be 32 bytes.')
  return {
    seal(plain, context) {
      const dataKey = randomBytes(32)
      return ['v1', keyId, encrypt(master, dataKey, `${keyId}:${context}`), encrypt(dataKey, Buffer.from(plain, 'utf8'), context)].join('.')
    },
    open(sealed, context) {
      const [version, id, wrapped, body] = sealed.split('.')
      if (version !== 'v1' || id !== keyId || wrapped === undefined || body === undefined) throw new Error('The sealed value was made with another key.')
      const dataKey = decrypt(master, wrapped, `${keyId}:${context}`)
      return decrypt(dataKey, body, context).toString('utf8')
    },
    digest: (plain, context) => createHmac('sha256', createHmac('sha256', master).update(`digest:${context}`).digest()).update(plain).digest('hex'),
  }
}

function encrypt(key: Buffer, plain: Buffer, context: string): string {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(Buffer.from(context))
  const data = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), data]).toString('base64url')
}

function decrypt(key: Buffer, text: string, context: string): Buffer {
  const bytes = Buffer.from(text, 'base64url')
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
  decipher.setAAD(Buffer.from(context))
  decipher.setAuthTag(bytes.subarray(12, 28))
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()])
}
