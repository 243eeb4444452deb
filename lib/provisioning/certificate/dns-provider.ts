import { z } from 'zod'

import { giveUp } from './certificate-error'
import { acmeDns } from './dns/acme-dns'
import { cloudflare } from './dns/cloudflare'
import type { DnsProvider, ProviderRoom } from './dns/records'
import { webhook } from './dns/webhook'

const PROVIDERS = { webhook, cloudflare, 'acme-dns': acmeDns }

export type DnsProviderName = keyof typeof PROVIDERS

/** The provider of a domain, with its settings opened. Gives up with a sentence where they cannot be used. */
export function makeDnsProvider(name: string, settings: unknown, room: ProviderRoom): DnsProvider {
  if (!Object.hasOwn(PROVIDERS, name)) giveUp('challenge_failed', `This version knows no DNS provider called “${name}”. Choose one of ${Object.keys(PROVIDERS).join(', ')}.`)
  try {
    return PROVIDERS[name as DnsProviderName](settings, room)
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error
    giveUp('challenge_failed', `The settings of the DNS provider ${name} cannot be used: ${error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}.`)
  }
}
