import { createHash } from 'node:crypto'

import type { Certificate } from './table'

/** The same text for the same certificates, in the order in which they are published; empty for none. It says nothing of their keys. */
export function certificatesMark(certificates: readonly Pick<Certificate, 'id' | 'fingerprint'>[]): string {
  if (certificates.length === 0) return ''
  return createHash('sha256').update(JSON.stringify(certificates.map(({ id, fingerprint }) => [id, fingerprint]))).digest('hex')
}
