import type { Role, TokenScope } from '../domain/permission'

/** Who acts, and how they showed it. */
export type Actor =
  | { kind: 'anonymous' }
  | {
      kind: 'user'
      userId: string
      name: string
      email: string
      /** Role by organization. An API token shows only its own organization. */
      memberships: ReadonlyMap<string, Role>
      via: 'session' | 'access_token' | 'api_token'
      /** The sign-in this request belongs to; null for API tokens. */
      sessionId: string | null
      /** Narrows every role, for API tokens. */
      scope: TokenScope | null
    }

export type UserActor = Extract<Actor, { kind: 'user' }>

/** Someone who has just signed in, as the author of what is recorded about it; holds no rights. */
export function newcomer(user: { id: string; name: string; email: string }, via: 'session' | 'access_token', sessionId: string | null): UserActor {
  return { kind: 'user', userId: user.id, name: user.name, email: user.email, memberships: new Map(), via, sessionId, scope: null }
}
