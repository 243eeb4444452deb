import type { ChannelView } from '@/lib/contract/channel'
import type { ChannelKind, SmtpSecurity } from '@/lib/domain/alert/channel'

/** What is typed into the form of a channel; fields of other kinds are kept while one tries them. */
export type ChannelDraft = { kind: ChannelKind; name: string; host: string; port: string; security: SmtpSecurity; username: string; from: string; to: string; url: string }

export const EMPTY_DRAFT: ChannelDraft = { kind: 'email', name: '', host: '', port: '587', security: 'starttls', username: '', from: '', to: '', url: '' }

export function draftOf({ name, settings }: Pick<ChannelView, 'name' | 'settings'>): ChannelDraft {
  const draft = { ...EMPTY_DRAFT, kind: settings.kind, name }
  if (settings.kind === 'email') return { ...draft, host: settings.host, port: String(settings.port), security: settings.security, username: settings.username ?? '', from: settings.from, to: settings.to.join('\n') }
  return settings.kind === 'webhook' ? { ...draft, url: settings.url } : draft
}

/** As the contract takes them. */
export function settingsOf({ kind, host, port, security, username, from, to, url }: ChannelDraft) {
  if (kind === 'email') return { kind, host, port: Number(port), security, username: username.trim() === '' ? null : username, from, to: addressesOf(to) }
  return kind === 'webhook' ? { kind, url } : { kind }
}

/** Addresses between commas, blanks and line ends. */
export function addressesOf(text: string): string[] {
  return text.split(/[\s,;]+/).filter((address) => address !== '')
}
