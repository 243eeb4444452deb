import { createHmac } from 'node:crypto'

import type { Message, ToldAlert } from '../domain/alert/channel'
import { alertLine, headline, placeLine, testText } from './words'

// How a message looks to each kind of channel. Names come from people: what a channel would take for its own syntax is made harmless.

/** Plain text and HTML of an e-mail. */
export function emailOf(message: Message): { subject: string; text: string; html: string } {
  const subject = headline(message).replace(/[\r\n]+/g, ' ').slice(0, 200)
  if (message.kind === 'test') return { subject, text: `${testText(message)}\n`, html: `<p>${escapeHtml(testText(message))}</p>` }
  const text = message.alerts.map((alert) => `${alertLine(alert)}\n${placeLine(alert)}\n${alert.url}\n`).join('\n')
  const html = message.alerts.map((alert) => `<p><strong>${escapeHtml(alertLine(alert))}</strong><br>${escapeHtml(placeLine(alert))}<br><a href="${escapeHtml(alert.url)}">${escapeHtml(alert.url)}</a></p>`).join('')
  const rest = message.more === 0 ? '' : `And ${message.more} more.`
  return { subject, text: rest === '' ? text : `${text}\n${rest}\n`, html: rest === '' ? html : `${html}<p>${rest}</p>` }
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)
}

/** The body of a webhook (docs/alerts.md). `deliveryId` is the same for every attempt. */
export function webhookBody(message: Message, deliveryId: string): string {
  return JSON.stringify({ version: 1, deliveryId, ...message })
}

/** The value of `Easel-Signature`: `t=<seconds>,v1=<HMAC-SHA256 of "<seconds>.<body>" in hex>`. */
export function signatureOf(secret: string, { body, at }: { body: string; at: Date }): string {
  const seconds = Math.floor(at.getTime() / 1000)
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`
}

/** Blocks as Slack takes them at an incoming webhook. */
export function slackBody(message: Message): string {
  const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text: text.slice(0, 2_900) } })
  if (message.kind === 'test') return JSON.stringify({ text: escapeSlack(headline(message)), blocks: [section(escapeSlack(testText(message)))] })
  const blocks = message.alerts.map((alert) => section(`${MARK[alert.what]} *<${alert.url}|${escapeSlack(alertLine(alert)).replaceAll('|', '¦')}>*\n${escapeSlack(placeLine(alert))}`))
  return JSON.stringify({ text: escapeSlack(headline(message)), blocks: message.more === 0 ? blocks : [...blocks, section(`And ${message.more} more.`)] })
}

// Shapes of the console, so that the state is not told by colour alone.
const MARK: Record<ToldAlert['what'], string> = { firing: '▲', still_firing: '▲', resolved: '●' }

/** Slack's own signs; without them no name rings for a whole channel. */
function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

const RED = 0xd64545
const GREEN = 0x2f9e62
/** Discord takes no more embeds in one message. */
const MOST_EMBEDS = 10

/** Embeds as Discord takes them at a webhook. Nobody is rung for by a name. */
export function discordBody(message: Message): string {
  const quiet = { allowed_mentions: { parse: [] } }
  if (message.kind === 'test') return JSON.stringify({ content: escapeDiscord(`${headline(message)}\n${testText(message)}`).slice(0, 1_900), ...quiet })
  const embeds = message.alerts.slice(0, MOST_EMBEDS).map((alert) => ({ title: escapeDiscord(`${MARK[alert.what]} ${alertLine(alert)}`).slice(0, 250), url: alert.url, description: escapeDiscord(placeLine(alert)).slice(0, 1_000), color: alert.what === 'resolved' ? GREEN : RED }))
  return JSON.stringify({ content: escapeDiscord(headline(message)).slice(0, 1_900), embeds, ...quiet })
}

function escapeDiscord(text: string): string {
  return text.replace(/[\\*_~`|>[\]()#]/g, '\\$&')
}
