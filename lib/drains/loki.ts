import type { DrainLine } from '../domain/drain/line'
import type { DrainSettings } from '../domain/drain/settings'
import type { Posting } from './request'

// The push API of Loki (https://grafana.com/docs/loki/latest/reference/loki-http-api/#ingest-logs). Labels are few, because each combination
// is a stream; what is different in every line goes as structured metadata, which has texts only.

type Loki = Extract<DrainSettings, { kind: 'loki' }>
const PUSH = '/loki/api/v1/push'
/** Loki takes no more of one line, and 64 kB in all, unless told to. */
const MOST_METADATA = 64
const MOST_METADATA_CHARS = 32_000

/** Lines as streams, by their labels. */
export function lokiPosting({ url, tenant, hasMetadata, ca }: Loki, headers: Record<string, string>, lines: readonly DrainLine[]): Posting {
  const streams = new Map<string, { stream: Record<string, string>; values: [string, string, Record<string, string>?][] }>()
  for (const line of lines) {
    const stream = labelsOf(line)
    const key = JSON.stringify(stream)
    const found = streams.get(key) ?? { stream, values: [] }
    streams.set(key, found)
    found.values.push(hasMetadata ? [nanosOf(line), line.text ?? line.message, metadataOf(line)] : [nanosOf(line), line.text ?? line.message])
  }
  const body = Buffer.from(JSON.stringify({ streams: [...streams.values()] }))
  return { url: pushUrl(url), body, contentType: 'application/json', headers: { ...headers, ...(tenant === null ? {} : { 'x-scope-orgid': tenant }) }, isCompressed: true, ca }
}

/** The base of a server, or the whole address. */
function pushUrl(url: string): string {
  const target = new URL(url)
  if (!target.pathname.endsWith(PUSH)) target.pathname = `${target.pathname.replace(/\/+$/, '')}${PUSH}`
  return target.toString()
}

function labelsOf({ organization, project, environment, service, stream, level }: DrainLine): Record<string, string> {
  return { organization: organization.name, project: project.name, environment: environment.name, service: service.name, service_name: service.name, stream, level: level ?? 'unknown' }
}

/**
 * Nanoseconds since 1970. Lines of the same millisecond are told apart by their ids, in their order: Loki drops a line with the same time and text as one that it has, which
 * would also be two that a program printed at once. A line that is sent again has the same time, and is dropped.
 */
function nanosOf({ at, id }: DrainLine): string {
  return `${Date.parse(at)}${(BigInt(id) % 1_000_000n).toString().padStart(6, '0')}`
}

function metadataOf({ id, kind, organization, project, environment, service, deployment, replica, attributes }: DrainLine): Record<string, string> {
  const ours = { line_id: id, kind, organization_id: organization.id, project_id: project.id, environment_id: environment.id, service_id: service.id, ...(deployment === null ? {} : { deployment_id: deployment.id, ...(deployment.number === null ? {} : { deployment: String(deployment.number) }) }), ...(replica === null ? {} : { replica }) }
  const metadata: Record<string, string> = { ...ours }
  let left = MOST_METADATA_CHARS
  for (const [name, value] of Object.entries(attributes ?? {})) {
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    // Names are as Prometheus has them.
    const key = name.replace(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d)/, '_')
    left -= key.length + text.length
    if (left < 0 || Object.keys(metadata).length >= MOST_METADATA) break
    if (!(key in ours)) metadata[key] = text
  }
  return metadata
}
