import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP } from 'node:net'

import { addressOf, type AddressPolicy } from './guard'

/** Of an answer so much is read. */
const MOST_BYTES = 4_096

export type Sending = { target: URL; content: string | Uint8Array; headers: Record<string, string>; policy: AddressPolicy; signal: AbortSignal; /** Authorities that are trusted instead of the usual ones. */ ca?: string[] }
export type Reply = { status: number; location: string | undefined; retryAfter: string | undefined; body: Buffer }

/** Posts once, to an address that the policy lets pass. No redirect is followed, and little of the answer is read. Throws what `addressOf`, the connection or the signal say. */
export async function exchange({ target, content, headers, policy, signal, ca }: Sending): Promise<Reply> {
  const host = target.hostname.replace(/^\[|\]$/g, '')
  const address = await addressOf(host, policy)
  return new Promise<Reply>((done, fail) => {
    const all = { 'user-agent': 'Easel', 'content-length': Buffer.byteLength(content), host: target.host, ...headers }
    const options = { method: 'POST', headers: all, path: `${target.pathname}${target.search}`, port: target.port || undefined, host: address, agent: false as const, signal }
    const send = target.protocol === 'https:' ? requestHttps : requestHttp
    // The certificate is of the name, the connection to the address that was looked at.
    const request = send({ ...options, ...(ca === undefined ? {} : { ca }), ...(isIP(host) ? {} : { servername: host }) }, (response) => {
      const parts: Buffer[] = []
      let size = 0
      const end = () => done({ status: response.statusCode ?? 0, location: response.headers.location, retryAfter: response.headers['retry-after'], body: Buffer.concat(parts) })
      response.on('data', (part: Buffer) => {
        parts.push(part)
        size += part.length
        if (size < MOST_BYTES) return
        end()
        request.destroy()
      })
      response.on('end', end)
      response.on('error', fail)
    })
    request.on('error', fail)
    request.end(content)
  })
}
