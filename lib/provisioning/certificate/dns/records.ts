import type { AddressPolicy } from '../../../alerts/guard'

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
