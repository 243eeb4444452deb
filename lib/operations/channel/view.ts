import type { ChannelView, GivenSettings } from '../../contract/channel'
import type { Db } from '../../db/connection'
import { outboxOf, type ChannelRow } from '../../db/queries/channels'
import type { ChannelSettings } from '../../domain/alert/channel'
import { AppError } from '../../errors'

export async function channelView(db: Db, row: ChannelRow): Promise<ChannelView> {
  const { id, name, settings, secretSealed, isOn, sentAt, failingSince, lastError, createdAt } = row
  const { waiting, test } = await outboxOf(db, id)
  return {
    id,
    name,
    kind: settings.kind,
    settings,
    hasSecret: secretSealed !== null,
    isOn,
    sentAt: sentAt?.toISOString() ?? null,
    failing: failingSince === null ? null : { since: failingSince.toISOString(), message: lastError ?? '' },
    waiting,
    test: test === null ? null : { status: test.status, answer: test.answer, at: (test.finishedAt ?? test.createdAt).toISOString() },
    createdAt: createdAt.toISOString(),
  }
}

export function channelNameTaken(name: string): AppError {
  return new AppError('conflict', `There is already a channel named ${name}. Choose another name.`, { fields: { name: 'Is already used.' } })
}

/** What is kept of settings that were given. Of Slack and Discord the whole address is the secret, of which the host is shown. */
export function keptSettings(given: GivenSettings, secret: string | null | undefined, formerHost?: string): ChannelSettings {
  if (given.kind === 'email' || given.kind === 'webhook') return given
  if (secret === undefined && formerHost !== undefined) return { kind: given.kind, host: formerHost }
  if (secret === undefined || secret === null || !isAddress(secret)) throw refusedSecret(`Give the address of the incoming webhook, such as https://${given.kind === 'slack' ? 'hooks.slack.com/services/…' : 'discord.com/api/webhooks/…'}`)
  return { kind: given.kind, host: new URL(secret).host }
}

/** Whether a secret that is there may go where these settings lead: a password that was given for one server is not shown to another. */
export function isSamePlace(former: ChannelSettings, next: GivenSettings): boolean {
  if (former.kind !== next.kind) return false
  if (former.kind === 'email' && next.kind === 'email') return former.host === next.host && former.port === next.port && former.username === next.username && former.security === next.security
  return former.kind !== 'webhook' || next.kind !== 'webhook' || new URL(former.url).host === new URL(next.url).host
}

/** Throws where a sign-in lacks its half. */
export function checkSignIn(settings: ChannelSettings, hasSecret: boolean): void {
  if (settings.kind !== 'email') return
  if (settings.username !== null && !hasSecret) throw refusedSecret('Give the password of this user.')
  if (settings.username !== null && settings.security === 'none') throw new AppError('invalid_input', 'A password is not sent in the clear. Choose TLS or STARTTLS, or leave out the user.', { fields: { 'settings.security': 'A password is not sent in the clear.' } })
}

function refusedSecret(message: string): AppError {
  return new AppError('invalid_input', message, { fields: { secret: message } })
}

function isAddress(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol)
}
