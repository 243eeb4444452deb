import type { ChannelSettings, Message } from '../domain/alert/channel'
import { discordBody, emailOf, signatureOf, slackBody, webhookBody } from './formats'
import { sendMail } from './email'
import type { AddressPolicy } from './guard'
import { post, type Answer } from './post'

/** A message on its way. `secret`: what the channel keeps sealed; `at`: now, for the signature. */
export type Sending = { id: string; settings: ChannelSettings; secret: string | null; message: Message; at: Date; policy: AddressPolicy; /** Less in tests. */ timeoutMs?: number }

/** Sends a message once, and tells what the other side said. */
export async function send({ id, settings, secret, message, at, policy, timeoutMs }: Sending): Promise<Answer> {
  const limits = { policy, ...(timeoutMs === undefined ? {} : { timeoutMs }) }
  switch (settings.kind) {
    case 'email':
      return sendMail({ settings, password: secret, ...emailOf(message), id, policy })
    case 'webhook': {
      const body = webhookBody(message, id)
      const headers = { 'easel-delivery': id, ...(secret === null ? {} : { 'easel-signature': signatureOf(secret, { body, at }) }) }
      return post({ url: settings.url, body, headers, ...limits })
    }
    case 'slack':
      return post({ url: secret ?? '', body: slackBody(message), ...limits })
    case 'discord':
      return post({ url: secret ?? '', body: discordBody(message), ...limits })
  }
}
