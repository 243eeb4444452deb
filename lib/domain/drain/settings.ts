/** How lines leave. */
export const DRAIN_KINDS = ['http', 'syslog', 'loki', 'otlp'] as const
export type DrainKind = (typeof DRAIN_KINDS)[number]

/** `tls`: RFC 5425. `tcp`: in the clear, frames counted by octets (RFC 6587). `udp`: a datagram for each line, of which nobody says whether it arrived. */
export const SYSLOG_TRANSPORTS = ['tls', 'tcp', 'udp'] as const
export type SyslogTransport = (typeof SYSLOG_TRANSPORTS)[number]

export const HTTP_FORMATS = ['ndjson', 'json'] as const
export const OTLP_ENCODINGS = ['protobuf', 'json'] as const
export const OTLP_SIGNALS = ['logs', 'metrics'] as const
/** `cumulative`: counts since the hour began. `delta`: counts of each step. */
export const TEMPORALITIES = ['cumulative', 'delta'] as const

/** An authority that is trusted besides the usual ones, as PEM; null for none. */
type Trust = { ca: string | null }

/** Settings of a drain without its secret. */
export type DrainSettings =
  | ({ kind: 'http'; url: string; /** `json`: an array. */ format: (typeof HTTP_FORMATS)[number]; isCompressed: boolean } & Trust)
  | ({ kind: 'syslog'; host: string; port: number; transport: SyslogTransport; /** 0 to 23. */ facility: number } & Trust)
  | ({ kind: 'loki'; url: string; /** Sent as X-Scope-OrgID; null for none. */ tenant: string | null; /** Whether ids and attributes go as structured metadata, which Loki knows since 3.0. */ hasMetadata: boolean } & Trust)
  | ({ kind: 'otlp'; /** `/v1/logs` and `/v1/metrics` are below it. */ url: string; encoding: (typeof OTLP_ENCODINGS)[number]; sends: (typeof OTLP_SIGNALS)[number][]; temporality: (typeof TEMPORALITIES)[number] } & Trust)

/** What is kept sealed. `headers`: of requests. `tag`: an element of structured data that goes with each line of syslog, such as `[token@41058]`. */
export type DrainSecret = { headers?: Record<string, string>; tag?: string }

/** The last test of a drain. */
export type DrainTest = { status: 'queued' | 'sent' | 'failed'; answer: string | null; at: string; by: string }

export function sendsLogs(settings: DrainSettings): boolean {
  return settings.kind !== 'otlp' || settings.sends.includes('logs')
}

export function sendsMetrics(settings: DrainSettings): boolean {
  return settings.kind === 'otlp' && settings.sends.includes('metrics')
}
