import { z } from 'zod'

import type { Stored, Telemetry } from './telemetry'

// The whole routing table, published each time. The proxy replaces what it has in one step; connections that are open go
// on to where they were.

const Target = z.strictObject({
  host: z.string(),
  port: z.number().int(),
  /** The deployment that runs there: what the proxy tells of requests is kept apart by it. */
  deploymentId: z.string(),
  /** Which replica of it: what is written down of a request names it. Tables of former versions do not say. */
  replica: z.string().optional(),
})

/**
 * Requests are held until a table with targets comes, at most so long each since its arrival; after that they are answered with
 * 503. Tables that keep the hold change nothing for those who wait, but for the time they may.
 */
const Hold = z.strictObject({
  /** `sleeping`: nothing runs, and whoever asks wakes it. `replacing`: one version ends before the next one starts. */
  reason: z.enum(['sleeping', 'replacing']),
  forMs: z.number().int().positive(),
})

export const Route = z.strictObject({
  serviceId: z.string(),
  /** Name of the service, for the pages the proxy writes itself. */
  name: z.string(),
  /** Host names without port, lower case. */
  hosts: z.array(z.string()),
  /** A loopback port on which other services reach it; null for none. */
  privatePort: z.number().int().nullable(),
  /** Where requests go; empty when nothing can answer, then `unavailable` says why. */
  targets: z.array(Target),
  /** Why there is no target: shown on the 503 page. */
  unavailable: z.enum(['not_deployed', 'deploying', 'stopped', 'failed', 'crashing', 'exited', 'cron']).nullable(),
  /** Only without targets: requests wait instead of being refused. */
  hold: Hold.nullable(),
  /** False: its requests are counted, but no access lines are written. */
  accessLines: z.boolean().optional(),
})
export type Route = z.infer<typeof Route>

/** A database that is reached from outside: bytes are carried from its port as they are. */
export const TcpRoute = z.strictObject({
  serviceId: z.string(),
  port: z.number().int(),
  /** Addresses and ranges that may connect; nobody else. */
  allow: z.array(z.string()),
  /** Where it runs; empty while it does not. */
  targets: z.array(z.strictObject({ host: z.string(), port: z.number().int() })),
})
export type TcpRoute = z.infer<typeof TcpRoute>

/** Where requests of a host name go whose path begins with the prefix; the longest prefix that fits is taken. */
export const SitePath = z.strictObject({
  /** `/`, or `/api`: it fits `/api` and `/api/…`, not `/apis`. */
  prefix: z.string().startsWith('/'),
  /** A route of the table. */
  serviceId: z.string(),
  /** Another port of the same workload than the one of the route's targets; only where each has an address of its own. */
  port: z.number().int().nullable(),
  /** The workload is asked without the prefix, and told of it as X-Forwarded-Prefix. */
  isStripped: z.boolean(),
})

/** What is done with requests of a host name before they are carried, in this order. */
export const SiteRules = z.strictObject({
  /** Plain HTTP is sent on to HTTPS, except for what a certificate authority asks for. */
  forceHttps: z.boolean(),
  /** Seconds of Strict-Transport-Security over HTTPS; null for no such header. */
  hsts: z.strictObject({ maxAgeS: z.number().int().min(0), includeSubdomains: z.boolean(), preload: z.boolean() }).nullable(),
  /** All of it is sent on to another host name of the service, path and query kept. */
  redirectTo: z.string().nullable(),
  /**
   * By path, the first that fits; `to` is a path or an address. `/old` is that path alone; with `/*` at the end it is everything
   * below as well, and what came there is put where `to` ends with the same. The query is kept, unless `to` has one.
   */
  redirects: z.array(z.strictObject({ from: z.string().startsWith('/'), to: z.string(), status: z.union([z.literal(301), z.literal(302), z.literal(307), z.literal(308)]) })),
  /** Set in every answer; a value of null takes the header away. */
  headers: z.array(z.strictObject({ name: z.string(), value: z.string().nullable() })),
  /** Addresses and ranges. `deny` goes first; an empty `allow` lets everybody in. */
  allow: z.array(z.string()),
  deny: z.array(z.string()),
  /** Who may come in, by name; passwords as argon2id hashes. Empty for everybody. The workload is not told the password. */
  basicAuth: z.array(z.strictObject({ name: z.string(), hash: z.string() })),
  /** Everybody is answered 503 with this text instead. */
  maintenance: z.strictObject({ message: z.string() }).nullable(),
  /** Longer bodies are answered 413. */
  maxBodyBytes: z.number().int().positive().nullable(),
  /** A workload that has not begun to answer by then is answered for with 504. */
  answerMs: z.number().int().positive().nullable(),
  /** Requests of one client address per second, with so many at once; more are answered 429 with Retry-After. */
  rateLimit: z.strictObject({ perSecond: z.number().positive(), burst: z.number().int().positive() }).nullable(),
})
export type SiteRules = z.infer<typeof SiteRules>

/** A host name that somebody brought: where it leads, and by what rules. */
export const Site = z.strictObject({
  domainId: z.string(),
  /** Lower case, ASCII (A-labels), without a dot at the end; `*.example.com` is any one label before it. Exact names go before wildcards. */
  host: z.string(),
  paths: z.array(SitePath).min(1),
  rules: SiteRules,
  /** The certificate of its HTTPS, by id; null for none yet. */
  certificateId: z.string().nullable(),
})
export type Site = z.infer<typeof Site>

/** What a certificate authority must find at `http://<host>/.well-known/acme-challenge/<token>` (RFC 8555, 8.3), or be shown by TLS (RFC 8737). */
export const Challenge = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('http-01'), host: z.string(), token: z.string(), keyAuthorization: z.string() }),
  z.strictObject({ type: z.literal('tls-alpn-01'), host: z.string(), certificateId: z.string() }),
  /** `http(s)://<host>/.well-known/easel/<token>` answers 200 with this text, before any rule: so it is known that a name leads to this proxy. */
  z.strictObject({ type: z.literal('presence'), host: z.string(), token: z.string(), answer: z.string() }),
])
export type Challenge = z.infer<typeof Challenge>

/** A chain and its key, which only the proxy reads: published apart from the table, kept sealed on its disk. */
export const Certificate = z.strictObject({
  id: z.string(),
  /** Changes whenever chain or key do. */
  fingerprint: z.string(),
  hosts: z.array(z.string()),
  chainPem: z.string(),
  keyPem: z.string(),
})
export type Certificate = z.infer<typeof Certificate>

/** By which a proxy knows whether it has a certificate already. */
export type CertificateName = Pick<Certificate, 'id' | 'fingerprint'>
/** Gives those of these that can be read, whole. */
export type ReadCertificates = (names: readonly CertificateName[]) => Promise<readonly Certificate[]>

export const RouteTable = z.strictObject({
  /** Rises with every publication; a smaller one than the present is refused. */
  version: z.number().int(),
  routes: z.array(Route),
  /** What is carried besides HTTP. Tables of former versions have none. */
  tcp: z.array(TcpRoute).optional(),
  /** Host names that people brought. Tables of former versions have none. */
  sites: z.array(Site).optional(),
  challenges: z.array(Challenge).optional(),
})
export type RouteTable = z.infer<typeof RouteTable>

/**
 * What is open at a proxy, and when services were last asked since it began. Services that are not in the table any more are left out
 * ten minutes after they have left it and nothing is open there. What was answered is told by `telemetry`.
 */
export type Traffic = {
  /** Another one after every start of the proxy: its counters began anew. */
  epoch: string
  /**
   * By service: the last arrival (ISO time; null for none since the proxy began), the requests and connections that are carried now,
   * and those that are held. Nothing is counted as both.
   */
  services: Record<string, { lastAt: string | null; open: number; held: number }>
  /**
   * Requests and upgraded connections that are open now, by `host:port` of the target; none where it is left out. A request is open
   * from the choice of its target until its answer is fully sent, so a target that the table no longer has and that is left out
   * here will hear nothing more.
   */
  targets: Record<string, number>
}

/** Who receives visitors: the proxy itself, or a Caddy that stands before it. */
export const EDGES = ['embedded', 'caddy'] as const
export type Edge = (typeof EDGES)[number]

/** A proxy that can be told the whole table. */
export type Ingress = {
  /**
   * Replaces all certificates, those of challenges too; sites and challenges of the table name them by id. Connections that are open
   * go on with what they have. One that cannot be used (a key of another certificate, say) is left out and told in the status, the
   * others are served. The same ones again are fine. Throws AppError `unavailable` when the proxy cannot be reached. Where they are
   * named only, `read` is asked for those that the proxy does not have, some at a time; what it does not give is left out.
   */
  publishCertificates(certificates: readonly Certificate[], signal: AbortSignal): Promise<void>
  publishCertificates(certificates: readonly CertificateName[], signal: AbortSignal, read: ReadCertificates): Promise<void>
  /** Replaces the table. Resolves when the new table is in force. Throws AppError `unavailable` when the proxy cannot be reached. */
  publish(table: RouteTable, signal: AbortSignal): Promise<void>
  /**
   * `certificates`: what `certificatesMark` gives for those it was told or has kept; absent where a proxy cannot say. `trouble`: what of it does not work although it
   * answers, such as a Caddy before it that is away.
   */
  probe(signal: AbortSignal): Promise<{ ok: true; version: number; certificates?: string | undefined; edge?: Edge; trouble?: string } | { ok: false; message: string }>
  /** What it has counted. Throws AppError `unavailable` when the proxy cannot be reached. */
  traffic(signal: AbortSignal): Promise<Traffic>
  /** The portion of counts and access lines after the stored one. Throws AppError `unavailable` when the proxy cannot be reached. */
  telemetry(stored: Stored | null, signal: AbortSignal): Promise<Telemetry>
  /**
   * Ids of sleeping services that somebody waits for: at once when there are any, else when the first comes, else none after `waitMs`
   * (a proxy may cut it to a minute). A service is named by every call as long as somebody waits there, so a lost answer costs
   * nothing; whoever calls in a loop pauses after an answer that names some.
   */
  wanted(waitMs: number, signal: AbortSignal): Promise<string[]>
}
