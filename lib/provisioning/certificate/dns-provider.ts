import { z } from 'zod'

import type { AddressPolicy } from '../../alerts/guard'
import { giveUp } from './certificate-error'
import { acmeDns } from './dns/acme-dns'
import { cloudflare } from './dns/cloudflare'
import { webhook } from './dns/webhook'

/**
 * Sets TXT records at whoever serves a zone. `name` is the whole name without a dot at the end (`_acme-challenge.example.com`). Both are safe to repeat:
 * a record that is there already, or gone, is success. Several values may be at one name at once. They throw an Error with a sentence.
 */
export type DnsProvider = {
  present(record: TxtRecord, signal: AbortSignal): Promise<void>
  remove(record: TxtRecord, signal: AbortSignal): Promise<void>
}

export type TxtRecord = { name: string; value: string }

/** What a provider is given besides its settings. `api`: another address of its interface, in tests. */
export type ProviderRoom = { policy: AddressPolicy; api?: string }

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
