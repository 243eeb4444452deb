import { createHash, createHmac } from 'node:crypto'

import type { MaskRule } from '../../../domain/mask'
import type { Running } from '../copy/copy'

// Columns that lose what they hold, in a copy that nobody but the platform can reach.

/** The key under which values are hashed, as the two blocks that HMAC-SHA-256 puts before what it hashes: databases have the hash, and not all have the HMAC. */
export type MaskKey = { inner: Buffer; outer: Buffer }

export type Masking = { rules: readonly MaskRule[]; key: MaskKey }

/** Replaces the values, and removes what the engine keeps of the former ones. Throws a sentence when a rule cannot be followed. */
export type Mask = (running: Running, masking: Masking, signal: AbortSignal) => Promise<void>

const BLOCK_BYTES = 64

export function maskKey(secret: string): MaskKey {
  const key = createHash('sha256').update(secret).digest()
  const block = (pad: number) => Buffer.from(Array.from({ length: BLOCK_BYTES }, (_, at) => (key[at] ?? 0) ^ pad))
  return { inner: block(0x36), outer: block(0x5c) }
}

/** What a value becomes by a hash: what the statements of the engines compute, for tests. */
export function hashed(secret: string, value: string): string {
  return createHmac('sha256', createHash('sha256').update(secret).digest()).update(value).digest('hex')
}
