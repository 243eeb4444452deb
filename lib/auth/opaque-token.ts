import { createHash, hkdfSync, randomBytes } from 'node:crypto'

/** A random token of 256 bits with a prefix that tells what it is, also to secret scanners. */
export function newToken(prefix: 'easel_rt_' | 'easel_pat_' | 'easel_inv_' | 'easel_term_'): string {
  return prefix + randomBytes(32).toString('base64url')
}

/** What is stored of a token: SHA-256. A slow hash would add nothing, because the token is random. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}

/** A key for one purpose from the instance's session key (HKDF, RFC 5869). */
export function deriveKey(sessionKey: string | undefined, purpose: string): Uint8Array {
  if (!sessionKey) throw new Error('EASEL_SESSION_KEY must be set. Start Easel with `npm start`, which provides it.')
  return new Uint8Array(hkdfSync('sha256', sessionKey, 'easel', purpose, 32))
}
