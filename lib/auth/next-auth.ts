import { and, eq, isNull } from 'drizzle-orm'
import type { NextAuthOptions } from 'next-auth'
import CredentialsProvider from 'next-auth/providers/credentials'

import { organizationsOf } from '../db/queries/accounts'
import { sessions } from '../db/schema/account'
import { record } from '../events/record'
import { newId } from '../ids'
import { isAppError } from '../errors'
import type { Platform } from '../operations/context'
import { newcomer } from './actor'
import { deriveKey } from './opaque-token'
import { beginSession, checkCredentials, SESSION_S } from './sign-in'

// The browser's session: a cookie with a signed and encrypted token (next-auth) that names a row in `sessions`. The row
// decides: when it is revoked the cookie is worth nothing. Cookies are plain or `Secure` as the console's address is.

type SessionToken = { userId?: string; sessionId?: string }

/** Options of next-auth for this platform. */
export function authOptions(platform: Platform): NextAuthOptions {
  return {
    secret: Buffer.from(deriveKey(platform.config.sessionKey, 'browser session')).toString('hex'),
    session: { strategy: 'jwt', maxAge: SESSION_S, updateAge: 3600 },
    useSecureCookies: platform.config.publicUrl.startsWith('https://'),
    pages: { signIn: '/sign-in', error: '/sign-in' },
    providers: [
      CredentialsProvider({
        name: 'Email and password',
        credentials: { email: { label: 'Email' }, password: { label: 'Password', type: 'password' } },
        authorize: (given, request) => signInBrowser(platform, given, addressOf(request.headers)),
      }),
    ],
    callbacks: {
      jwt: ({ token, user }) => (user ? { ...token, userId: user.id, sessionId: (user as SessionToken).sessionId } : token),
      session: ({ session, token }) => {
        const { userId, sessionId } = token as SessionToken
        return { ...session, userId, sessionId }
      },
    },
    events: {
      signOut: async ({ token }) => {
        const { sessionId } = (token ?? {}) as SessionToken
        if (sessionId) await endSession(platform, sessionId)
      },
    },
  }
}

async function signInBrowser(platform: Platform, given: Record<string, string> | undefined, ip: string | null) {
  const now = platform.now()
  try {
    const user = await checkCredentials(platform.db, { email: given?.email?.trim() ?? '', password: given?.password ?? '', ip }, now)
    const sessionId = await platform.db.transaction(async (tx) => {
      const id = await beginSession(tx, user.id, 'browser', now)
      const [first] = await organizationsOf(tx, user.id)
      await record(tx, { actor: newcomer(user, 'session', id), requestId: newId('request') }, { type: 'account.signed_in', subject: user.email, organizationId: first?.organization.id ?? null, data: { by: 'browser' } })
      return id
    })
    return { id: user.id, email: user.email, name: user.name, sessionId }
  } catch (error) {
    // next-auth hands the message to the form; anything that is not ours stays inside.
    if (isAppError(error)) throw new Error(error.message, { cause: error })
    throw new Error('Signing in failed. Try again in a moment.', { cause: error })
  }
}

async function endSession(platform: Platform, sessionId: string): Promise<void> {
  await platform.db
    .update(sessions)
    .set({ revokedAt: platform.now(), revokedReason: 'logout' })
    .where(and(eq(sessions.id, sessionId), isNull(sessions.revokedAt)))
}

function addressOf(headers: unknown): string | null {
  const value = (headers as Record<string, string | undefined> | undefined)?.['x-easel-client-ip']
  return value ?? null
}
