import type { Actor } from '../auth/actor'
import { authenticateBearer } from '../auth/authenticate'
import { sessionActor } from '../auth/next-auth'
import type { Platform } from '../operations/context'

/**
 * Who sends a REST request: a bearer token, or, for reads only, the browser's session. Commands by session go through
 * the server action, whose origin Next checks; a form on another site cannot reach them here.
 */
export async function authenticateRequest(platform: Platform, request: Request): Promise<Actor> {
  const header = request.headers.get('authorization')
  if (header !== null) return authenticateBearer(platform, header)
  if (request.method !== 'GET' && request.method !== 'HEAD') return { kind: 'anonymous' }
  return sessionActor(platform)
}
