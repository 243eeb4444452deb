import { randomBytes } from 'node:crypto'

// The keys of an instance as text: `k2:<64 hexadecimal digits>,k1:<…>`. The first one seals; the others only open what they
// sealed, while a rotation is on its way. A key without a name is k1, as every instance begins.

export type MasterKey = { id: string; key: Buffer }

const KEY = /^(?:(k[1-9]\d{0,5}):)?([0-9a-f]{64})$/

/** Whether a text is one key or several. */
export function areKeys(text: string): boolean {
  const ids = text.split(',').map((part) => KEY.exec(part))
  return ids.every((match) => match !== null) && new Set(ids.map((match) => match![1] ?? 'k1')).size === ids.length
}

/** Reads keys. Throws when the text holds anything else, without repeating it. */
export function parseKeys(text: string): MasterKey[] {
  if (!areKeys(text)) throw new Error('The encryption key must be 64 hexadecimal digits, or several such keys with different names: k2:…,k1:….')
  return text.split(',').map((part) => {
    const [, id = 'k1', hex = ''] = KEY.exec(part)!
    return { id, key: Buffer.from(hex, 'hex') }
  })
}

export function formatKeys(keys: readonly MasterKey[]): string {
  return keys.map(({ id, key }) => `${id}:${key.toString('hex')}`).join(',')
}

/** A fresh key, with a name that none of these has. */
export function nextKey(keys: readonly MasterKey[]): MasterKey {
  return { id: `k${Math.max(...keys.map(({ id }) => Number(id.slice(1)))) + 1}`, key: randomBytes(32) }
}
