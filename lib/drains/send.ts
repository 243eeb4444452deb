import type { DrainLine } from '../domain/drain/line'
import type { DrainSecret, DrainSettings } from '../domain/drain/settings'
import { httpPosting } from './http'
import { lokiPosting } from './loki'
import type { Outcome } from './outcome'
import { post, type Limits } from './request'
import { sendSyslog } from './syslog'

/** Where to, and with what that nobody else knows. */
export type Way = { settings: DrainSettings; secret: DrainSecret }

/** Sends lines once, and tells what became of it. */
export async function sendLines({ settings, secret }: Way, lines: readonly DrainLine[], limits: Limits): Promise<Outcome> {
  const headers = secret.headers ?? {}
  switch (settings.kind) {
    case 'http':
      return post(httpPosting(settings, headers, lines), limits)
    case 'loki':
      return post(lokiPosting(settings, headers, lines), limits)
    case 'syslog':
      return sendSyslog(settings, secret.tag, lines, limits)
    case 'otlp': {
      // Loaded by those who need it.
      const { logsBody, rejectedLogs } = await import('./otlp-logs')
      return postOtlp({ settings, headers, signal: 'logs', body: logsBody(settings.encoding, lines, limits.now()) }, limits, (body) => rejectedLogs(settings.encoding, body))
    }
  }
}

type Otlp = { settings: Extract<DrainSettings, { kind: 'otlp' }>; headers: Record<string, string>; signal: 'logs' | 'metrics'; body: Uint8Array }

/** Posts what was serialized to the address of its signal. */
export function postOtlp({ settings, headers, signal, body }: Otlp, limits: Limits, read: Parameters<typeof post>[2]): Promise<Outcome> {
  const target = new URL(settings.url)
  target.pathname = `${target.pathname.replace(/\/+$/, '')}/v1/${signal}`
  return post({ url: target.toString(), body, contentType: settings.encoding === 'json' ? 'application/json' : 'application/x-protobuf', headers, isCompressed: true, ca: settings.ca }, limits, read)
}
