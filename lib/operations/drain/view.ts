import type { DrainView } from '../../contract/drain'
import type { Db } from '../../db/connection'
import { waitingOf, type PlacedDrain } from '../../db/queries/drains'
import { sendsLogs, sendsMetrics, type DrainSecret, type DrainSettings } from '../../domain/drain/settings'
import { parse } from '../../domain/log-filter/parse'
import { AppError } from '../../errors'

/** Lines are sent within seconds; what waits for longer is behind. */
const BEHIND_MS = 60_000

export async function drainView(db: Db, row: PlacedDrain, now: Date): Promise<DrainView> {
  const { id, name, settings, headerNames, hasTag, filter, kinds, isPaused, failingSince, lastError, retryAt, sentLines, sentAt, test, createdAt } = row
  const waiting = sendsLogs(settings) ? await waitingOf(db, id) : { lines: 0, isMore: false, since: null }
  const isBehind = waiting.since !== null && now.getTime() - waiting.since.getTime() > BEHIND_MS
  return {
    id,
    name,
    kind: settings.kind,
    project: row.ofProjectId === null ? null : { id: row.ofProjectId, name: row.projectName! },
    environment: row.environmentId === null ? null : { id: row.environmentId, name: row.environmentName! },
    settings,
    headerNames,
    hasTag,
    filter,
    kinds,
    state: isPaused ? 'paused' : failingSince !== null ? 'failing' : isBehind ? 'behind' : 'sending',
    waiting: { ...waiting, since: waiting.since?.toISOString() ?? null },
    failing: failingSince === null ? null : { since: failingSince.toISOString(), message: lastError ?? '', retryAt: retryAt?.toISOString() ?? null },
    sentLines,
    sentAt: sentAt?.toISOString() ?? null,
    metricsTo: sendsMetrics(settings) ? row.metricsTo.toISOString() : null,
    refused: row.refusedLines === 0 ? null : { lines: row.refusedLines, message: row.refusedAnswer ?? '' },
    lost: row.lostFrom === null || row.lostUntil === null ? null : { lines: row.lostLines, from: row.lostFrom.toISOString(), until: row.lostUntil.toISOString() },
    test: test === null ? null : { status: test.status, answer: test.answer, at: test.at },
    createdAt: createdAt.toISOString(),
  }
}

export function drainNameTaken(name: string): AppError {
  return new AppError('conflict', `There is already a drain named ${name}. Choose another name.`, { fields: { name: 'Is already used.' } })
}

/** Throws where a filter cannot be read. */
export function checkFilter(filter: string): void {
  const parsed = parse(filter)
  if (!parsed.ok) throw refused('filter', `At character ${parsed.problem.at + 1}: ${parsed.problem.message}`)
}

/** Throws where a secret is of another kind of drain, or would be sent for everybody to read. */
export function checkSecret(settings: DrainSettings, { headers, tag }: DrainSecret): void {
  if (settings.kind === 'syslog' && headers !== undefined) throw refused('secret.headers', 'Syslog has no headers. Give a tag.')
  if (settings.kind !== 'syslog' && tag !== undefined) throw refused('secret.tag', 'Only syslog has a tag. Give headers.')
  if (settings.kind === 'syslog' && settings.transport !== 'tls' && tag !== undefined) throw refused('secret.tag', 'A tag is not sent in the clear. Choose TLS, or leave it out.')
  const ours = Object.keys(headers ?? {}).find((name) => OURS.includes(name.toLowerCase()))
  if (ours !== undefined) throw refused('secret.headers', `The header ${ours} is set by Easel. Leave it out.`)
}

/** What the request itself needs. */
const OURS = ['host', 'content-length', 'content-type', 'content-encoding', 'transfer-encoding', 'connection', 'expect', 'upgrade', 'te', 'trailer', 'x-scope-orgid']

/** Whether a secret that is there may go where these settings lead: what was given for one server is not shown to another, nor in the clear. */
export function isSamePlace(former: DrainSettings, next: DrainSettings): boolean {
  if (former.kind !== next.kind) return false
  if (former.kind === 'syslog' && next.kind === 'syslog') return former.host === next.host && former.port === next.port && former.transport === next.transport
  return 'url' in former && 'url' in next && new URL(former.url).origin === new URL(next.url).origin
}

/** What of a secret is kept, and of it is shown. */
export function shownOf(secret: DrainSecret): { headerNames: string[]; hasTag: boolean } {
  return { headerNames: Object.keys(secret.headers ?? {}).sort(), hasTag: secret.tag !== undefined }
}

function refused(field: string, message: string): AppError {
  return new AppError('invalid_input', message, { fields: { [field]: message } })
}
