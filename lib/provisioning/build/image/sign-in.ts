import type { RegistryAuth } from '../../docker/connection'

// Whether a registry takes a user and password, by its v2 interface: it answers at once, or says where a token is given.

const LIMIT_MS = 10_000
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/
const HOSTS: Record<string, string> = { 'docker.io': 'registry-1.docker.io' }

export type SignIn = { ok: boolean; message: string }

/** Never throws: what went wrong is the answer, as a sentence. */
export async function trySignIn({ server, username, password }: RegistryAuth, signal: AbortSignal): Promise<SignIn> {
  const host = HOSTS[server] ?? server
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  const limit = AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)])
  try {
    const base = `${LOOPBACK.test(host) ? 'http' : 'https'}://${host}/v2/`
    const plain = await fetch(base, { signal: limit, redirect: 'error' })
    if (plain.status === 200) return { ok: true, message: 'It answers, and lets everybody in.' }
    if (plain.status !== 401) return { ok: false, message: `${server} answers with status ${plain.status}, which no image registry does. Check the address.` }
    const challenge = plain.headers.get('www-authenticate') ?? ''
    const answer = /^bearer /i.test(challenge) ? await askForToken(challenge, { authorization, username, signal: limit }) : await fetch(base, { headers: { authorization }, signal: limit, redirect: 'error' })
    if (answer.ok) return { ok: true, message: 'Signed in.' }
    if (answer.status === 401 || answer.status === 403) return { ok: false, message: `${server} refused the user name or the password.` }
    return { ok: false, message: `${server} answered the sign-in with status ${answer.status}. Try again later.` }
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : error instanceof Error ? error.message : ''
    return { ok: false, message: `${server} cannot be reached: ${cause || 'it does not answer'}. Check the address.` }
  }
}

type Asking = { authorization: string; username: string; signal: AbortSignal }

function askForToken(challenge: string, { authorization, username, signal }: Asking): Promise<Response> {
  const fields = Object.fromEntries(Array.from(challenge.matchAll(/(\w+)="([^"]*)"/g), (match) => [match[1]!, match[2]!]))
  const url = new URL(fields.realm ?? '')
  // The password goes nowhere in the clear.
  if (url.protocol !== 'https:' && !LOOPBACK.test(url.host)) throw new Error('it asks for the password without TLS')
  if (fields.service) url.searchParams.set('service', fields.service)
  url.searchParams.set('account', username)
  return fetch(url, { headers: { authorization }, signal, redirect: 'error' })
}
