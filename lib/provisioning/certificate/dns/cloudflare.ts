import { z } from 'zod'

import type { DnsProvider, ProviderRoom, TxtRecord } from './records'
import { askJson } from './ask'

// Cloudflare's API, version 4 (developers.cloudflare.com/api): GET /zones?name=, GET, POST and DELETE /zones/{id}/dns_records. A token needs the
// permissions Zone.Zone read and Zone.DNS edit.

const API = 'https://api.cloudflare.com/client/v4'
const TTL_S = 60
/** A record of the same name, type and content is there already. */
const IS_THERE = [81057, 81058]
/** No such record: somebody removed it. */
const IS_GONE = [81044]

const Settings = z.strictObject({ token: z.string().min(1) })
const Envelope = z.object({ success: z.boolean(), errors: z.array(z.object({ code: z.number(), message: z.string() })).catch([]), result: z.unknown() })
const Found = z.array(z.object({ id: z.string() }))
const Records = z.array(z.object({ id: z.string(), content: z.string() }))

type Ask = (way: { method: 'GET' | 'POST' | 'DELETE'; path: string; body?: unknown; isFine?: readonly number[] }, signal: AbortSignal) => Promise<unknown>

export function cloudflare(settings: unknown, { policy, api = API }: ProviderRoom): DnsProvider {
  const { token } = Settings.parse(settings)
  const ask: Ask = async ({ method, path, body, isFine = [] }, signal) => {
    const { status, json, text } = await askJson({ url: `${api}${path}`, method, headers: { authorization: `Bearer ${token}` }, ...(body === undefined ? {} : { body }), policy, signal })
    const answer = Envelope.safeParse(json)
    if (answer.success && answer.data.success) return answer.data.result
    const errors = answer.success ? answer.data.errors : []
    if (errors.some(({ code }) => isFine.includes(code))) return null
    throw new Error(`Cloudflare answered ${status}: ${errors.map(({ code, message }) => `${message} (${code})`).join('; ') || text || 'nothing else'}.`)
  }
  return {
    async present(record, signal) {
      const zone = await zoneOf(ask, record.name, signal)
      await ask({ method: 'POST', path: `/zones/${zone}/dns_records`, body: { type: 'TXT', name: record.name, content: quoted(record.value), ttl: TTL_S }, isFine: IS_THERE }, signal)
    },
    async remove(record, signal) {
      const zone = await zoneOf(ask, record.name, signal)
      for (const id of await recordsOf(ask, zone, record, signal)) await ask({ method: 'DELETE', path: `/zones/${zone}/dns_records/${id}`, isFine: IS_GONE }, signal)
    },
  }
}

/** The zone that a name is in: the longest of the account. */
async function zoneOf(ask: Ask, name: string, signal: AbortSignal): Promise<string> {
  const labels = name.split('.')
  for (let from = 0; from < labels.length - 1; from++) {
    const zone = labels.slice(from).join('.')
    const [found] = Found.parse(await ask({ method: 'GET', path: `/zones?name=${encodeURIComponent(zone)}` }, signal))
    if (found) return found.id
  }
  throw new Error(`The Cloudflare token sees no zone that ${name} is in. Give it the permissions Zone read and DNS edit for that zone.`)
}

async function recordsOf(ask: Ask, zone: string, { name, value }: TxtRecord, signal: AbortSignal): Promise<string[]> {
  const query = new URLSearchParams({ type: 'TXT', 'name.exact': name })
  const records = Records.parse(await ask({ method: 'GET', path: `/zones/${zone}/dns_records?${query}` }, signal))
  return records.filter(({ content }) => content === quoted(value) || content === value).map(({ id }) => id)
}

/** As TXT content is written in a zone file. */
function quoted(value: string): string {
  return `"${value}"`
}
