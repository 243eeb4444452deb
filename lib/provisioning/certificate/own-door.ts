import { createHash, X509Certificate } from 'node:crypto'
import { get } from 'node:http'
import { isIP } from 'node:net'
import { connect } from 'node:tls'
import { setTimeout as sleep } from 'node:timers/promises'

// The authority looks once. So a challenge is asked of our own proxy first, as the authority will ask it, and only what it shows is told to be ready.

const ASK_MS = 5_000
const EVERY_MS = 200

/** Where our own proxy listens. */
export type Door = { host: string; port: number }

/** The address at which this machine reaches a proxy that listens on `host`. */
export function doorOf(host: string, port: number): Door {
  return { host: host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host, port }
}

/** Waits until the proxy shows something. Answers false when the time is over. */
export async function untilShown(isShown: (signal: AbortSignal) => Promise<boolean>, { signal, limitMs }: { signal: AbortSignal; limitMs: number }): Promise<boolean> {
  const until = Date.now() + limitMs
  for (;;) {
    signal.throwIfAborted()
    if (await isShown(AbortSignal.any([signal, AbortSignal.timeout(ASK_MS)])).catch(() => false)) return true
    if (Date.now() > until) return false
    await sleep(EVERY_MS, undefined, { signal })
  }
}

/** Whether the proxy answers for HTTP-01 (RFC 8555, 8.3). */
export function showsHttp(door: Door, { host, token, keyAuthorization }: { host: string; token: string; keyAuthorization: string }, signal: AbortSignal): Promise<boolean> {
  return new Promise((done, fail) => {
    const request = get({ host: door.host, port: door.port, path: `/.well-known/acme-challenge/${token}`, headers: { host }, agent: false, signal }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => (text = (text + part).slice(0, 4_096)))
      response.on('end', () => done(response.statusCode === 200 && text.trim() === keyAuthorization))
      response.on('error', fail)
    })
    request.on('error', fail)
  })
}

/** Whether the proxy shows a certificate by TLS-ALPN-01 (RFC 8737, 3). */
export function showsTls(door: Door, { host, certificatePem }: { host: string; certificatePem: string }, signal: AbortSignal): Promise<boolean> {
  const expected = createHash('sha256').update(new X509Certificate(certificatePem).raw).digest('hex')
  return new Promise((done, fail) => {
    // It is self-signed by nature: what is looked at is the certificate, nothing is said.
    const socket = connect({ host: door.host, port: door.port, ALPNProtocols: ['acme-tls/1'], rejectUnauthorized: false, ...(isIP(host) ? {} : { servername: host }) }, () => {
      const shown = socket.getPeerX509Certificate()
      const isIt = socket.alpnProtocol === 'acme-tls/1' && shown !== undefined && createHash('sha256').update(shown.raw).digest('hex') === expected
      socket.destroy()
      done(isIt)
    })
    socket.on('error', fail)
    signal.addEventListener('abort', () => socket.destroy(signal.reason as Error), { once: true })
  })
}
