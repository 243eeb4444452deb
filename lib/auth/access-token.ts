import { jwtVerify, SignJWT } from 'jose'

import { deriveKey } from './opaque-token'

/** Life of an access token in seconds. */
export const ACCESS_TOKEN_S = 15 * 60

const ISSUER = 'easel'

export type AccessClaims = { userId: string; sessionId: string }

/** A signed token (JWT, HS256) that names a person and a sign-in. Short-lived, and void as soon as the sign-in is. */
export async function signAccessToken(sessionKey: string | undefined, claims: AccessClaims, now: Date): Promise<string> {
  const seconds = Math.floor(now.getTime() / 1000)
  return new SignJWT({ sid: claims.sessionId })
    .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
    .setSubject(claims.userId)
    .setIssuer(ISSUER)
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + ACCESS_TOKEN_S)
    .sign(deriveKey(sessionKey, 'access token'))
}

/** The claims of a token that is ours and has not ended; null otherwise. */
export async function readAccessToken(sessionKey: string | undefined, token: string, now: Date): Promise<AccessClaims | null> {
  try {
    const { payload } = await jwtVerify(token, deriveKey(sessionKey, 'access token'), { algorithms: ['HS256'], issuer: ISSUER, typ: 'at+jwt', currentDate: now })
    return typeof payload.sub === 'string' && typeof payload.sid === 'string' ? { userId: payload.sub, sessionId: payload.sid } : null
  } catch {
    return null
  }
}
