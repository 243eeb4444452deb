import { request } from 'node:http'

import { addressOf, type AddressPolicy } from '../../../alerts/guard'

const LIMIT_MS = 30_000
/** Those of large authorities are cut into parts of a few mebibytes. */
const MOST_BYTES = 32 * 1024 * 1024

/** A revocation list from the address that a certificate names: by plain HTTP (RFC 5280, 4.2.1.13), because it is signed. Null where it cannot be had. */
export async function fetchList(url: string, { policy, signal }: { policy: AddressPolicy; signal: AbortSignal }): Promise<Buffer | null> {
  const target = URL.canParse(url) ? new URL(url) : null
  // Whoever uploads a certificate chooses the address.
  if (target?.protocol !== 'http:') return null
  const limit = AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)])
  try {
    const host = await addressOf(target.hostname, policy)
    return await new Promise((done, fail) => {
      const sent = request({ host, port: target.port || 80, path: `${target.pathname}${target.search}`, headers: { host: target.host, 'user-agent': 'Easel' }, agent: false, signal: limit }, (response) => {
        const parts: Buffer[] = []
        let size = 0
        response.on('data', (part: Buffer) => {
          size += part.length
          if (size > MOST_BYTES) response.destroy(new Error('The revocation list is too long.'))
          else parts.push(part)
        })
        response.on('error', fail)
        response.on('end', () => done(response.statusCode === 200 ? Buffer.concat(parts) : null))
      })
      sent.on('error', fail)
      sent.end()
    })
  } catch {
    signal.throwIfAborted()
    return null
  }
}
