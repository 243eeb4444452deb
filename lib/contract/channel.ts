import { z } from 'zod'

import { CHANNEL_KINDS, DELIVERY_STATUSES, SMTP_SECURITIES } from '../domain/alert/channel'
import { idSchema } from '../ids'
import { DisplayName, Done, PageInput, Timestamp, page } from './common'
import { allow, command, query } from './entry'

// Where an organization is told of alerts besides in the console. A secret goes in and never comes out again.

const organizationId = idSchema('organization')
export const channelId = idSchema('channel')

export const Host = z.string().trim().min(1, 'Give the name of the server.').max(255).regex(/^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[?[0-9A-Fa-f:]+\]?)$/, 'Must be the name of a server such as smtp.example.com, without a port.')
const Mailbox = z.string().trim().max(254).regex(/^[^\s@<>,;"\\]+@[^\s@<>,;"\\]+$/, 'Must be an address such as team@example.com.')
const Sender = z.string().trim().max(300).regex(/^(?:[^\s@<>,;"\\]+@[^\s@<>,;"\\]+|[^<>,;:"\\\p{Cc}]+ <[^\s@<>,;"\\]+@[^\s@<>,;"\\]+>)$/u, 'Must be an address such as easel@example.com, or Easel <easel@example.com>.')
export const WebAddress = z.string().trim().max(2_000).refine(isWebAddress, 'Must be an address such as https://example.com/hook, without a user in it.')

function isWebAddress(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, username, password } = new URL(text)
  return ['http:', 'https:'].includes(protocol) && username + password === ''
}

const EmailSettings = z.strictObject({
  kind: z.literal('email'),
  host: Host,
  port: z.number().int().min(1).max(65_535).default(587),
  /** `tls`: from the first byte, as on port 465. `starttls`: refused where it is not offered. `none`: in the clear. */
  security: z.enum(SMTP_SECURITIES).default('starttls'),
  /** Null: the server wants no sign-in. */
  username: z.string().trim().min(1).max(300).nullable().default(null),
  from: Sender,
  to: z.array(Mailbox).min(1, 'Give at least one address.').max(50),
})
const WebhookSettings = z.strictObject({ kind: z.literal('webhook'), url: WebAddress })
/** Their whole address is a secret, and goes there. */
const ChatSettings = z.strictObject({ kind: z.enum(['slack', 'discord']) })

const ChannelSettings = z.discriminatedUnion('kind', [EmailSettings, WebhookSettings, ChatSettings])
export type GivenSettings = z.output<typeof ChannelSettings>
/** The password of `email`, the key that signs what goes to a `webhook`, the address of the incoming webhook of `slack` and `discord`. */
const Secret = z.string().trim().min(1).max(2_000).regex(/^[\x20-\x7e]+$/, 'Must be one line.')

export const ChannelView = z.strictObject({
  id: channelId,
  name: z.string(),
  kind: z.enum(CHANNEL_KINDS),
  /** As they were given; of `slack` and `discord` only the host. */
  settings: z.discriminatedUnion('kind', [EmailSettings, WebhookSettings, ChatSettings.extend({ host: z.string() })]),
  hasSecret: z.boolean(),
  isOn: z.boolean(),
  /** When something last got through. */
  sentAt: Timestamp.nullable(),
  /** Set while nothing gets through: since when, what was said last, and how many messages wait. */
  failing: z.strictObject({ since: Timestamp, message: z.string() }).nullable(),
  waiting: z.number().int(),
  /** The last test; null for none. */
  test: z.strictObject({ status: z.enum(DELIVERY_STATUSES), answer: z.string().nullable(), at: Timestamp }).nullable(),
  createdAt: Timestamp,
})
export type ChannelView = z.infer<typeof ChannelView>

export const channelCreate = command('channel.create', {
  summary: 'Add where an organization is told of alerts: e-mail, a webhook, Slack or Discord',
  input: z.strictObject({ organizationId, name: DisplayName, settings: ChannelSettings, secret: Secret.optional() }),
  output: ChannelView,
  access: allow('key.manage', 'organization'),
  http: { method: 'POST', path: '/organizations/{organizationId}/channels', status: 201 },
  cli: 'channel create <organizationId> <name>',
  fails: ['not_found', 'conflict', 'limit_exceeded'],
})

export const channelList = query('channel.list', {
  summary: 'Where an organization is told of alerts, without secrets, and whether that gets through',
  input: z.strictObject({ organizationId, ...PageInput }),
  output: page(ChannelView),
  access: allow('organization.read', 'organization'),
  http: { method: 'GET', path: '/organizations/{organizationId}/channels', status: 200 },
  cli: 'channel list <organizationId>',
  fails: ['not_found'],
})

export const channelUpdate = command('channel.update', {
  summary: 'Change a notification channel, or switch it off. A secret that is not given stays; it goes when the server changes',
  input: z.strictObject({ organizationId, channelId, name: DisplayName.optional(), settings: ChannelSettings.optional(), secret: Secret.nullable().optional(), isOn: z.boolean().optional() }),
  output: ChannelView,
  access: allow('key.manage', 'organization'),
  http: { method: 'PATCH', path: '/organizations/{organizationId}/channels/{channelId}', status: 200 },
  cli: 'channel update <organizationId> <channelId>',
  fails: ['not_found', 'conflict'],
})

export const channelTest = command('channel.test', {
  summary: 'Send a test message; what the other side answers shows in `test`',
  input: z.strictObject({ organizationId, channelId }),
  output: ChannelView,
  access: allow('key.manage', 'organization'),
  http: { method: 'POST', path: '/organizations/{organizationId}/channels/{channelId}/test', status: 202 },
  cli: 'channel test <organizationId> <channelId>',
  fails: ['not_found', 'not_now'],
})

export const channelDelete = command('channel.delete', {
  summary: 'Delete a notification channel; messages that wait in it are dropped',
  input: z.strictObject({ organizationId, channelId }),
  output: Done,
  access: allow('key.manage', 'organization'),
  http: { method: 'DELETE', path: '/organizations/{organizationId}/channels/{channelId}', status: 200 },
  cli: 'channel delete <organizationId> <channelId>',
  fails: ['not_found'],
})
