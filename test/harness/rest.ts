export type Answer = { status: number; body: Record<string, unknown> }

/** The REST door of several web processes. */
export type Rest = { send(method: string, path: string, body?: unknown): Promise<Answer> }

/** Asks one web process after the other. An answer that is neither a success nor a refusal is an error. */
export function restOf(addresses: readonly string[], token: string | null): Rest {
  let turn = 0
  return {
    async send(method, path, body) {
      const address = addresses[turn++ % addresses.length]!
      const response = await fetch(`${address}/api/v1${path}`, {
        method,
        headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(60_000),
      })
      const text = await response.text()
      if (response.status >= 500) throw new Error(`${method} ${path} was answered with ${response.status}: ${text.slice(0, 500)}`)
      return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) }
    },
  }
}

const OWNER = { name: 'Olivia Owner', email: 'olivia@example.com', password: 'correct horse battery' }

/** Makes the first account, and gives the door as a token of it opens it. */
export async function restOfOwner(addresses: readonly string[]): Promise<Rest> {
  const { body } = await restOf(addresses, null).send('POST', '/auth/register', OWNER)
  const token = await restOf(addresses, body.accessToken as string).send('POST', '/tokens', { name: 'test', scope: 'write' })
  if (token.status !== 201) throw new Error(`No token was made: ${token.status} ${JSON.stringify(token.body)}`)
  return restOf(addresses, token.body.value as string)
}
