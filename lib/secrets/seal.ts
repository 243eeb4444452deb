import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'

import { parseKeys } from './keys'

// Envelope encryption of variables and credentials: every value has a key of its own, which the instance's key encrypts.
// Changing the instance's key re-encrypts 32 bytes per value, never the value. AES-256-GCM (NIST SP 800-38D) twice, with
// random 96-bit nonces; `context` is authenticated, so a sealed value moved to another row does not open.
//
// Text form: v1.<key id>.<nonce+tag+encrypted data key>.<nonce+tag+encrypted value>, base64url.

export type Seal = {
  seal(plain: string, context: string): string
  /** Throws when the key, the context or the text is not the one it was sealed with. */
  open(sealed: string, context: string): string
  /** The same value with its key encrypted by the instance's present key; null when it is already. Throws as `open` does. */
  rewrap(sealed: string, context: string): string | null
  /** The same for the same value and context, while the instance's key is the same; tells nothing of the value to whoever lacks the key. */
  digest(plain: string, context: string): string
}

/** Makes a Seal from the instance's keys, as `parseKeys` reads them: the first seals, all open. */
export function makeSeal(keys: string): Seal {
  const all = new Map(parseKeys(keys).map(({ id, key }) => [id, key]))
  const [[currentId, current]] = [...all] as [[string, Buffer]]
  const wrap = (dataKey: Buffer, context: string) => encrypt(current, dataKey, `${currentId}:${context}`)
  const unwrap = (sealed: string, context: string) => {
    const [version, id, wrapped, body] = sealed.split('.')
    const master = all.get(id ?? '')
    if (version !== 'v1' || !master || wrapped === undefined || body === undefined) throw new Error('The sealed value was made with another key.')
    return { id, body, dataKey: decrypt(master, wrapped, `${id}:${context}`) }
  }
  return {
    seal(plain, context) {
      const dataKey = randomBytes(32)
      return ['v1', currentId, wrap(dataKey, context), encrypt(dataKey, Buffer.from(plain, 'utf8'), context)].join('.')
    },
    open(sealed, context) {
      const { dataKey, body } = unwrap(sealed, context)
      return decrypt(dataKey, body, context).toString('utf8')
    },
    rewrap(sealed, context) {
      const { id, dataKey, body } = unwrap(sealed, context)
      // What does not open is not passed on as if it did.
      decrypt(dataKey, body, context)
      return id === currentId ? null : ['v1', currentId, wrap(dataKey, context), body].join('.')
    },
    digest: (plain, context) => createHmac('sha256', createHmac('sha256', current).update(`digest:${context}`).digest()).update(plain).digest('hex'),
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
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 })
  decipher.setAAD(Buffer.from(context))
  decipher.setAuthTag(bytes.subarray(12, 28))
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()])
}
