import type { RegistryAuth } from './connection'

/** Credentials for one request, as an engine wants them: it takes the alphabet of addresses, and silently nothing without the padding. */
export function authHeader({ server, username, password }: RegistryAuth): { 'x-registry-auth': string } {
  const text = Buffer.from(JSON.stringify({ username, password, serveraddress: server })).toString('base64')
  return { 'x-registry-auth': text.replaceAll('+', '-').replaceAll('/', '_') }
}
