import { z } from 'zod'

import { parseRange } from '../domain/source-range'

// How requests of a host name are treated, as people say it.

/** What belongs to one connection, or says where a message ends: the proxy's own (RFC 9110, 7.6.1). */
const NOT_TO_SET = ['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'te', 'trailer', 'upgrade', 'content-length', 'host', 'date', 'strict-transport-security']

const Range = z.string().trim().refine((text) => parseRange(text) !== null, 'Must be an address such as 203.0.113.7, or a range such as 203.0.113.0/24.')
const Ranges = z.array(Range).max(200, 'Must be at most 200 addresses and ranges.')

const HeaderName = z
  .string()
  .trim()
  .max(100)
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'Must be the name of a header, such as X-Frame-Options.')
  .refine((name) => !NOT_TO_SET.includes(name.toLowerCase()), 'Is set by Easel.')
const HeaderValue = z.string().trim().max(4_000).regex(/^[\t\x20-\x7e]*$/, 'Must be one line of letters, digits and signs.')

const Path = z.string().trim().max(1_000).regex(/^\/[^\s?#\\]*$/, 'Must be a path such as /old, without ? and #.')
const Destination = z.string().trim().max(2_000).regex(/^[\x21-\x7e]+$/, 'Must be one line without spaces.').refine(isDestination, 'Must be a path such as /new, or an address such as https://example.com/new.')

function isDestination(text: string): boolean {
  if (text.startsWith('/')) return !/^\/[/\\]/.test(text)
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol)
}

export const Hsts = z
  .strictObject({ maxAgeS: z.number().int().min(0).max(63_072_000), includeSubdomains: z.boolean().default(false), preload: z.boolean().default(false) })
  .refine(({ maxAgeS, includeSubdomains, preload }) => !preload || (includeSubdomains && maxAgeS >= 31_536_000), 'Preloading wants subdomains included and at least a year (31536000 seconds).')

/** Whoever may come in. Without a password, the one that this name has stays. */
const Visitor = z.strictObject({ name: z.string().trim().min(1, 'Must not be empty.').max(100).regex(/^[^:\p{Cc}]+$/u, 'Must be one line without a colon.'), password: z.string().min(1).max(200).optional() })

const Common = {
  /** Plain HTTP is sent on to HTTPS, as soon as there is a certificate. */
  forceHttps: z.boolean().default(true),
  hsts: Hsts.nullable().default(null),
  /** The first whose path is asked for. */
  redirects: z.array(z.strictObject({ from: Path, to: Destination, status: z.union([z.literal(301), z.literal(302), z.literal(307), z.literal(308)]).default(308) })).max(200, 'Must be at most 200 redirects.').default([]),
  /** Set in every answer; null takes a header away. */
  headers: z.array(z.strictObject({ name: HeaderName, value: HeaderValue.nullable() })).max(50, 'Must be at most 50 headers.').default([]),
  /** Who may ask, by address; empty for everybody. */
  allow: Ranges.default([]),
  /** Who may not, which goes first. */
  deny: Ranges.default([]),
  /** Everybody is answered with this text instead. */
  maintenance: z.strictObject({ message: z.string().trim().max(2_000) }).nullable().default(null),
  maxBodyBytes: z.number().int().min(1).max(1e12).nullable().default(null),
  answerMs: z.number().int().min(100, 'Must be at least 100 milliseconds.').max(3_600_000, 'Must be at most an hour.').nullable().default(null),
  /** Of one client address. */
  rateLimit: z.strictObject({ perSecond: z.number().positive().max(100_000), burst: z.number().int().min(1).max(100_000) }).nullable().default(null),
}

export const SiteRulesInput = z.strictObject({ ...Common, basicAuth: z.array(Visitor).max(100, 'Must be at most 100 people.').refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'Each name can be there once.').default([]) })
export type SiteRulesInput = z.output<typeof SiteRulesInput>

/** Passwords are not answered back. */
export const SiteRulesView = z.strictObject({ ...Common, basicAuth: z.array(z.strictObject({ name: z.string() })) })
export type SiteRulesView = z.output<typeof SiteRulesView>
