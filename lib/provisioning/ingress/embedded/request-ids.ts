import { randomFillSync } from 'node:crypto'

import { ID_PREFIX } from '../../../ids'

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const RANDOM = 12
/** Random bytes are fetched for so many ids at once: one by one they cost as much as the rest of the telemetry. */
const AT_ONCE = 512

/** Ids of requests, in the form of `lib/ids`. */
export function requestIds(now: () => number = Date.now): () => string {
  const bytes = new Uint8Array(RANDOM * AT_ONCE)
  let used = bytes.length
  let headAt = -1
  let head = ''

  const headOf = (at: number) => {
    let text = ''
    for (let i = 0, time = at; i < 10; i++, time = Math.floor(time / 32)) text = ALPHABET[time % 32] + text
    return `${ID_PREFIX.request}_${text}`
  }
  return () => {
    const at = now()
    if (at !== headAt) {
      headAt = at
      head = headOf(at)
    }
    if (used === bytes.length) {
      randomFillSync(bytes)
      used = 0
    }
    let id = head
    for (const end = used + RANDOM; used < end; used++) id += ALPHABET[bytes[used]! & 31]
    return id
  }
}
