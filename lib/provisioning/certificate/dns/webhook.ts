import { createHmac } from 'node:crypto'

import { z } from 'zod'

import type { DnsProvider, ProviderRoom, TxtRecord } from './records'
import { askJson } from './ask'

const Settings = z.strictObject({ url: z.url({ protocol: /^https?$/ }), /** Signs what is sent; none where it is absent. */ secret: z.string().min(1).optional() })

/**
 * Somebody's own program sets the records: it is sent `{"action": "present" | "remove", "type": "TXT", "name": …, "value": …}` by POST and answers 2xx once it is done.
 * With a secret, `easel-signature` is `sha256=` and the HMAC-SHA-256 of the body in hexadecimal.
 */
export function webhook(settings: unknown, { policy }: ProviderRoom): DnsProvider {
  const { url, secret } = Settings.parse(settings)
  const tell = (action: 'present' | 'remove') => async ({ name, value }: TxtRecord, signal: AbortSignal) => {
    const body = { action, type: 'TXT', name, value }
    const headers: Record<string, string> = secret === undefined ? {} : { 'easel-signature': `sha256=${createHmac('sha256', secret).update(JSON.stringify(body)).digest('hex')}` }
    const { status, text } = await askJson({ url, method: 'POST', body, headers, policy, signal })
    if (status < 200 || status > 299) throw new Error(`The DNS webhook ${new URL(url).host} answered ${status}${text === '' ? '' : `: ${text}`}.`)
  }
  return { present: tell('present'), remove: tell('remove') }
}
