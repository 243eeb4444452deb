import type { DrainView } from '@/lib/contract/drain'
import type { LogKind } from '@/lib/contract/log'
import type { DrainKind, DrainSettings, SyslogTransport } from '@/lib/domain/drain/settings'

/** What is typed into the form of a drain; fields of other kinds are kept while one tries them. */
export type DrainDraft = {
  kind: DrainKind
  name: string
  /** `organization`, or the id of a project or environment. */
  place: string
  url: string
  format: 'ndjson' | 'json'
  isCompressed: boolean
  host: string
  port: string
  transport: SyslogTransport
  facility: string
  tenant: string
  hasMetadata: boolean
  encoding: 'protobuf' | 'json'
  hasLogs: boolean
  hasMetrics: boolean
  temporality: 'cumulative' | 'delta'
  ca: string
  filter: string
  kinds: readonly LogKind[]
}

export const ALL_KINDS = ['runtime', 'http', 'build', 'deploy'] as const satisfies readonly LogKind[]

export const EMPTY_DRAFT: DrainDraft = { kind: 'http', name: '', place: 'organization', url: '', format: 'ndjson', isCompressed: true, host: '', port: '6514', transport: 'tls', facility: '16', tenant: '', hasMetadata: true, encoding: 'protobuf', hasLogs: true, hasMetrics: true, temporality: 'cumulative', ca: '', filter: '', kinds: ALL_KINDS }

export function draftOf({ name, settings, filter, kinds, project, environment }: DrainView): DrainDraft {
  const draft: DrainDraft = { ...EMPTY_DRAFT, kind: settings.kind, name, place: environment?.id ?? project?.id ?? 'organization', filter, kinds, ca: settings.ca ?? '' }
  switch (settings.kind) {
    case 'http':
      return { ...draft, url: settings.url, format: settings.format, isCompressed: settings.isCompressed }
    case 'syslog':
      return { ...draft, host: settings.host, port: String(settings.port), transport: settings.transport, facility: String(settings.facility) }
    case 'loki':
      return { ...draft, url: settings.url, tenant: settings.tenant ?? '', hasMetadata: settings.hasMetadata }
    case 'otlp':
      return { ...draft, url: settings.url, encoding: settings.encoding, hasLogs: settings.sends.includes('logs'), hasMetrics: settings.sends.includes('metrics'), temporality: settings.temporality }
  }
}

/** As the contract takes them. */
export function settingsOf(draft: DrainDraft): DrainSettings {
  const { kind, url, format, isCompressed, host, port, transport, facility, tenant, hasMetadata, encoding, hasLogs, hasMetrics, temporality } = draft
  const ca = draft.ca.trim() === '' ? null : draft.ca.trim()
  switch (kind) {
    case 'http':
      return { kind, url, format, isCompressed, ca }
    case 'syslog':
      return { kind, host, port: Number(port), transport, facility: Number(facility), ca: transport === 'tls' ? ca : null }
    case 'loki':
      return { kind, url, tenant: tenant.trim() === '' ? null : tenant.trim(), hasMetadata, ca }
    case 'otlp':
      return { kind, url, encoding, sends: [...(hasLogs ? (['logs'] as const) : []), ...(hasMetrics ? (['metrics'] as const) : [])], temporality, ca }
  }
}

/** Headers as they are typed, one on each line. Null where a line is none. */
export function headersOf(text: string): Record<string, string> | null {
  const headers: Record<string, string> = {}
  for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
    const [, name, value] = /^\s*([^\s:]+)\s*:\s*(\S.*?)\s*$/.exec(line) ?? []
    if (name === undefined || value === undefined) return null
    headers[name] = value
  }
  return headers
}
