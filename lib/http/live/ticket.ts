import { createHmac, timingSafeEqual } from 'node:crypto'

import { deriveKey } from '../../auth/opaque-token'

/** Which tab of which environment somebody may speak for, and until when (milliseconds). */
export type Seated = { environmentId: string; key: string; until: number }

/** A signed note that whoever holds it may say where this tab is. So a moving pointer asks no database. */
export function signTicket(sessionKey: string | undefined, seated: Seated): string {
  const body = Buffer.from(JSON.stringify(seated)).toString('base64url')
  return `${body}.${signature(sessionKey, body)}`
}

/** What a ticket of ours says; null when it is not ours or has ended. */
export function readTicket(sessionKey: string | undefined, ticket: string, now: Date): Seated | null {
  const [body = '', given = ''] = ticket.split('.')
  const wanted = Buffer.from(signature(sessionKey, body))
  const shown = Buffer.from(given)
  if (wanted.length !== shown.length || !timingSafeEqual(wanted, shown)) return null
  const seated = JSON.parse(Buffer.from(body, 'base64url').toString()) as Seated
  return seated.until > now.getTime() ? seated : null
}

function signature(sessionKey: string | undefined, body: string): string {
  return createHmac('sha256', deriveKey(sessionKey, 'presence ticket')).update(body).digest('base64url')
}
