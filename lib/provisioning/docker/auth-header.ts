import { credentialsKey } from '../../domain/image-reference'
import type { RegistryAuth } from './connection'

/** Credentials for one request, as an engine wants them: it takes the alphabet of addresses, and silently nothing without the padding. */
export function authHeader(auth: RegistryAuth | null): { 'x-registry-auth': string } {
  const value = auth === null ? {} : { username: auth.username, password: auth.password, serveraddress: credentialsKey(auth.server) }
  return { 'x-registry-auth': Buffer.from(JSON.stringify(value)).toString('base64').replaceAll('+', '-').replaceAll('/', '_') }
}
