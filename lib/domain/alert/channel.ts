import type { AlertEnd, AlertKind, AlertUnit } from './kind'
import type { ToldNow } from './tell'

/** How people are told besides in the console. */
export const CHANNEL_KINDS = ['email', 'webhook', 'slack', 'discord'] as const
export type ChannelKind = (typeof CHANNEL_KINDS)[number]

/** `tls`: from the first byte. `starttls`: after a greeting, and refused where the server does not offer it. `none`: in the clear. */
export const SMTP_SECURITIES = ['tls', 'starttls', 'none'] as const
export type SmtpSecurity = (typeof SMTP_SECURITIES)[number]

/** Settings of a channel without its secret: the password of `email`, the key that signs of `webhook`, the address of the others. */
export type ChannelSettings =
  | { kind: 'email'; host: string; port: number; security: SmtpSecurity; username: string | null; from: string; to: string[] }
  | { kind: 'webhook'; url: string }
  | { kind: 'slack' | 'discord'; /** What is shown of its address, which is a secret as a whole. */ host: string }

/** An alert as it was when people were told. */
export type ToldAlert = {
  id: string
  what: ToldNow
  kind: AlertKind
  /** One line. */
  summary: string
  rule: { key: string; words: string }
  subject: string
  service: { id: string; name: string } | null
  project: { id: string; name: string }
  environment: { id: string; name: string }
  /** Null for what is true or not. */
  value: number | null
  threshold: number | null
  unit: AlertUnit | null
  since: string
  firedAt: string
  resolvedAt: string | null
  end: AlertEnd | null
  /** How often it came back soon after it was resolved. */
  flaps: number
  /** Where it is in the console. */
  url: string
}

/** What is sent, frozen when it is queued. */
export type Message = { kind: 'alerts'; organization: { id: string; name: string }; at: string; alerts: ToldAlert[]; /** How many more changed than are named. */ more: number } | { kind: 'test'; organization: { id: string; name: string }; at: string; by: string; url: string }

/** Those of one round are told together, and no more than so many are named. */
export const MOST_NAMED = 20

export const DELIVERY_STATUSES = ['queued', 'sent', 'failed'] as const
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number]

/** A message that has not got through by then is given up: it would tell of a state that is long past. */
export const GIVE_UP_MS = 24 * 3_600_000
const FIRST_PAUSE_MS = 10_000
const LONGEST_PAUSE_MS = 30 * 60_000

/** How long to wait after so many attempts have failed. */
export function pauseAfterMs(attempts: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.max(0, attempts - 1))
}
