import { exchange } from './exchange'
import type { AddressPolicy } from './guard'

/** What the other side said. */
export type Answer = { ok: boolean; /** A sentence. */ answer: string }

const TIMEOUT_MS = 10_000
/** Of an answer so much is told. */
const MOST_SHOWN = 200

export type Post = { url: string; body: string; headers?: Record<string, string>; policy: AddressPolicy; timeoutMs?: number }

/** Posts JSON once: no redirect is followed, and little of the answer is read. What goes wrong is an answer too. */
export async function post({ url, body, headers = {}, policy, timeoutMs = TIMEOUT_MS }: Post): Promise<Answer> {
  const target = new URL(url)
  // One clock for all of it: a server that sends a byte now and then does not keep a worker.
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const { body: said, ...reply } = await exchange({ target, content: body, headers: { 'content-type': 'application/json', ...headers }, policy, signal })
    return answerOf({ ...reply, text: said.toString('utf8') })
  } catch (error) {
    if (signal.aborted) return { ok: false, answer: `${target.host} did not answer within ${timeoutMs / 1000} s.` }
    return { ok: false, answer: problemOf(error, target.host) }
  }
}

function answerOf({ status, location, text }: { status: number; location: string | undefined; text: string }): Answer {
  const said = oneLine(text)
  const words = `It answered ${status}${said === '' ? '' : `: ${said}`}`
  if (status >= 300 && status < 400) return { ok: false, answer: `It answered ${status} and sends on${location === undefined ? '' : ` to ${oneLine(location)}`}. Redirects are not followed: use the address it leads to.` }
  return { ok: status >= 200 && status < 300, answer: words }
}

/** What somebody else said, fit to be shown in a line. */
export function oneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim()
  return line.length > MOST_SHOWN ? `${line.slice(0, MOST_SHOWN)}…` : line
}

const PROBLEMS: Record<string, string> = { ECONNREFUSED: 'refused the connection', ECONNRESET: 'closed the connection', EHOSTUNREACH: 'cannot be reached', ENETUNREACH: 'cannot be reached', ETIMEDOUT: 'did not answer', CERT_HAS_EXPIRED: 'showed a certificate that has expired', DEPTH_ZERO_SELF_SIGNED_CERT: 'showed a certificate that it signed itself', SELF_SIGNED_CERT_IN_CHAIN: 'showed a certificate of an authority that this machine does not know', ERR_TLS_CERT_ALTNAME_INVALID: 'showed a certificate of another name', UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'showed a certificate of an authority that this machine does not know', UNABLE_TO_GET_ISSUER_CERT: 'showed a certificate of an authority that this machine does not know', UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'showed a certificate of an authority that this machine does not know', EPROTO: 'does not speak TLS there, or not as this machine does', ERR_SSL_WRONG_VERSION_NUMBER: 'does not speak TLS there, or not as this machine does' }

/** What went wrong on the way, as a sentence. */
export function problemOf(error: unknown, host: string): string {
  const { code, message } = error as { code?: string; message?: string }
  const known = code === undefined ? undefined : PROBLEMS[code]
  if (known !== undefined) return `${host} ${known}.`
  const said = oneLine(message ?? 'It failed.')
  return /[.!?…]$/.test(said) ? said : `${said}.`
}
