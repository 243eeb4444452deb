import { createHash } from 'node:crypto'
import { request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as requestHttps } from 'node:https'
import { BlockList, isIP } from 'node:net'
import type { TLSSocket } from 'node:tls'

// Asks an address whether it is this instance that answers for a host name there: the proxy knows an answer that nobody else does.

const ASK_MS = 4_000
const MOST_BYTES = 1_000
/** What an ingress listens on that listens everywhere: it is asked on the loopback. */
export const ANYWHERE = ['0.0.0.0', '::', '']

/** Addresses of the local link: where clouds keep the credentials of machines. Nothing answers for a host name there. */
const LINK = new BlockList()
LINK.addSubnet('169.254.0.0', 16)
LINK.addSubnet('fe80::', 10, 'ipv6')
LINK.addSubnet('::ffff:169.254.0.0', 112, 'ipv6')
LINK.addAddress('fd00:ec2::254', 'ipv6')

/** What the proxy answers at `/.well-known/easel/<token>`. */
export function presenceAnswer({ id, token }: { id: string; token: string }): string {
  return createHash('sha256').update(`easel-presence:${id}:${token}`).digest('hex')
}

export function presencePath(token: string): string {
  return `/.well-known/easel/${token}`
}

export type Asked = { address: string; port: number; host: string; isSecure: boolean; token: string; answer: string }
/** `here`: this instance. `fingerprint`: SHA-256 of the certificate that was shown, lower case, and whether it is one that browsers trust. */
export type Presence = { kind: 'here'; fingerprint: string | null; isTrusted: boolean; issuer: string; /** When the certificate ends; null for none. */ notAfter: Date | null } | { kind: 'elsewhere'; status: number } | { kind: 'none'; message: string }

/** Never follows a redirect, reads little, ends in time. */
export function askPresence(asked: Asked, signal: AbortSignal): Promise<Presence> {
  const { address, port, host, isSecure, token, answer } = asked
  if (LINK.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')) return Promise.resolve({ kind: 'none', message: `${address} is an address of the local link` })
  const options: RequestOptions = { host: address, port, path: presencePath(token), headers: { host, 'user-agent': 'Easel' }, agent: false, signal: AbortSignal.any([signal, AbortSignal.timeout(ASK_MS)]) }
  return new Promise((resolve) => {
    const onAnswer = (response: IncomingMessage) => {
      const shown = isSecure ? shownBy(response.socket as TLSSocket) : { fingerprint: null, isTrusted: false, issuer: '', notAfter: null }
      readSome(response).then((text) => resolve(response.statusCode === 200 && text.trim() === answer ? { kind: 'here', ...shown } : { kind: 'elsewhere', status: response.statusCode ?? 0 }), failed)
    }
    const failed = (error: Error) => resolve({ kind: 'none', message: wordsOf(error) })
    // Whose certificate it is, is told; who trusts it, is the second question.
    const request = isSecure ? requestHttps({ ...options, servername: host, rejectUnauthorized: false }, onAnswer) : requestHttp(options, onAnswer)
    request.on('error', failed).end()
  })
}

function shownBy(socket: TLSSocket): { fingerprint: string; isTrusted: boolean; issuer: string; notAfter: Date | null } {
  const { fingerprint256 = '', issuer, valid_to: until } = socket.getPeerCertificate()
  return { fingerprint: fingerprint256.replaceAll(':', '').toLowerCase(), isTrusted: socket.authorized, issuer: String(issuer?.O ?? issuer?.CN ?? ''), notAfter: until ? new Date(until) : null }
}

async function readSome(response: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) {
    text += chunk as string
    if (text.length > MOST_BYTES) break
  }
  response.destroy()
  return text
}

function wordsOf(error: Error): string {
  const { code } = error as NodeJS.ErrnoException
  if (error.name === 'TimeoutError' || error.name === 'AbortError' || code === 'ETIMEDOUT') return `it did not answer within ${ASK_MS / 1_000} seconds`
  if (code === 'ECONNREFUSED') return 'nothing listens there'
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH' || code === 'EADDRNOTAVAIL') return 'this machine has no way there'
  if (code === 'ECONNRESET') return 'it closed the connection'
  return code?.startsWith('ERR_SSL') || code === 'EPROTO' ? 'it does not speak HTTPS there' : `it answers with something else than HTTP (${code ?? error.message})`
}
