import type { DrainLine } from '../domain/drain/line'
import type { DrainSettings } from '../domain/drain/settings'
import type { Posting } from './request'

type Http = Extract<DrainSettings, { kind: 'http' }>

/** Lines as JSON: an array, or one object on each line (docs/drains.md). */
export function httpPosting({ url, format, isCompressed, ca }: Http, headers: Record<string, string>, lines: readonly DrainLine[]): Posting {
  const all = lines.map((line) => JSON.stringify(line))
  const body = format === 'json' ? `[${all.join(',')}]` : all.map((line) => `${line}\n`).join('')
  return { url, body: Buffer.from(body), contentType: format === 'json' ? 'application/json' : 'application/x-ndjson', headers, isCompressed, ca }
}
