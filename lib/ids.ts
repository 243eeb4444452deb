import { z } from 'zod'

/** Prefix of every kind of id. An id is `<prefix>_<10 time characters><12 random characters>`, so ids sort by creation. */
export const ID_PREFIX = {
  user: 'usr',
  organization: 'org',
  invitation: 'inv',
  session: 'ses',
  token: 'tok',
  project: 'prj',
  environment: 'env',
  service: 'svc',
  variable: 'var',
  volume: 'vol',
  group: 'grp',
  sharedVariable: 'shv',
  snapshot: 'snp',
  restore: 'rst',
  store: 'sto',
  deployment: 'dep',
  artifact: 'art',
  run: 'run',
  rotation: 'rot',
  revision: 'rev',
  inspection: 'ins',
  upload: 'upl',
  sshKey: 'key',
  registry: 'reg',
  target: 'tgt',
  domain: 'dom',
  certificate: 'crt',
  acmeAccount: 'acc',
  acmeChallenge: 'cha',
  acmeOrder: 'ord',
  alert: 'alt',
  alertRule: 'alr',
  silence: 'sil',
  channel: 'chn',
  delivery: 'dlv',
  drain: 'drn',
  worker: 'wrk',
  request: 'req',
} as const

export type Noun = keyof typeof ID_PREFIX
export type Id<N extends Noun> = string & { readonly __noun?: N }

// Crockford's base 32 in lower case: no i, l, o, u; also valid in host names and file names.
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

/** A new id: 48 bits of milliseconds, then 60 random bits, both in base 32. */
export function newId<N extends Noun>(noun: N): Id<N> {
  let time = Date.now()
  let head = ''
  for (let i = 0; i < 10; i++) {
    head = ALPHABET[time % 32] + head
    time = Math.floor(time / 32)
  }
  const random = globalThis.crypto.getRandomValues(new Uint8Array(12))
  const tail = Array.from(random, (byte) => ALPHABET[byte & 31]).join('')
  return `${ID_PREFIX[noun]}_${head}${tail}`
}

/** A schema that accepts exactly the ids of one noun. */
export function idSchema<N extends Noun>(noun: N) {
  return z
    .string()
    .regex(new RegExp(`^${ID_PREFIX[noun]}_[0-9a-hjkmnp-tv-z]{22}$`), `Must be an id such as ${ID_PREFIX[noun]}_….`)
}
