import { getServerSession } from 'next-auth'

import type { Actor } from '../auth/actor'
import { actorOfSession, authenticateBearer } from '../auth/authenticate'
import { authOptions } from '../auth/next-auth'
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

/** The person whose browser session came with this request; anonymous when there is none or it has ended. */
export async function sessionActor(platform: Platform): Promise<Actor> {
  const session = (await getServerSession(authOptions(platform))) as { userId?: string; sessionId?: string } | null
  if (!session?.userId || !session.sessionId) return { kind: 'anonymous' }
  return actorOfSession(platform, session.userId, session.sessionId)
}
