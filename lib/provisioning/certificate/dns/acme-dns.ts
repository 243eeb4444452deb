import { z } from 'zod'

import type { DnsProvider, ProviderRoom } from './records'
import { askJson } from './ask'

const Settings = z.strictObject({ url: z.url({ protocol: /^https?$/ }), username: z.string().min(1), password: z.string().min(1), subdomain: z.string().min(1) })

/**
 * A server of acme-dns, to which `_acme-challenge.<name>` is delegated once by a CNAME record. Its interface: POST /update with X-Api-User and X-Api-Key
 * (github.com/joohoi/acme-dns). It keeps the last two values, and removes none.
 */
export function acmeDns(settings: unknown, { policy }: ProviderRoom): DnsProvider {
  const { url, username, password, subdomain } = Settings.parse(settings)
  return {
    async present({ value }, signal) {
      const { status, text } = await askJson({ url: `${url.replace(/\/$/, '')}/update`, method: 'POST', headers: { 'x-api-user': username, 'x-api-key': password }, body: { subdomain, txt: value }, policy, signal })
      if (status !== 200) throw new Error(`The acme-dns server ${new URL(url).host} answered ${status}${text === '' ? '' : `: ${text}`}.`)
    },
    remove: async () => undefined,
  }
}
