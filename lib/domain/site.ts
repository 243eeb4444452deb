// How requests of a host name that somebody brought are treated: as it is kept, without what follows from elsewhere.

/** Of the services of the same environment; `/` is the domain's own service. */
export type SitePaths = readonly { prefix: string; serviceId: string; port: number | null; isStripped: boolean }[]

export type SiteRulesSettings = {
  forceHttps: boolean
  hsts: { maxAgeS: number; includeSubdomains: boolean; preload: boolean } | null
  redirects: readonly { from: string; to: string; status: 301 | 302 | 307 | 308 }[]
  headers: readonly { name: string; value: string | null }[]
  allow: readonly string[]
  deny: readonly string[]
  /** Passwords as argon2id hashes. */
  basicAuth: readonly { name: string; hash: string }[]
  maintenance: { message: string } | null
  maxBodyBytes: number | null
  answerMs: number | null
  rateLimit: { perSecond: number; burst: number } | null
}

/** As a host name is treated about which nobody said anything. */
export const DEFAULT_RULES: SiteRulesSettings = { forceHttps: true, hsts: null, redirects: [], headers: [], allow: [], deny: [], basicAuth: [], maintenance: null, maxBodyBytes: null, answerMs: null, rateLimit: null }
