import { createTransport } from 'nodemailer'

import type { ChannelSettings } from '../domain/alert/channel'
import { addressOf, type AddressPolicy } from './guard'
import { oneLine, problemOf, type Answer } from './post'

const TIMEOUT_MS = 15_000

export type Mail = { settings: Extract<ChannelSettings, { kind: 'email' }>; password: string | null; subject: string; text: string; html: string; /** The same for every attempt, so that a mailbox can tell that it has it. */ id: string; policy: AddressPolicy }

/** Sends one e-mail over a connection of its own. What goes wrong is an answer too. */
export async function sendMail({ settings, password, subject, text, html, id, policy }: Mail): Promise<Answer> {
  const { host, port, security, username, from, to } = settings
  try {
    const address = await addressOf(host, policy)
    const transport = createTransport({
      host: address,
      port,
      secure: security === 'tls',
      requireTLS: security === 'starttls',
      ignoreTLS: security === 'none',
      // The certificate is of the name, the connection to the address that was looked at.
      tls: { servername: host },
      ...(username === null ? {} : { auth: { user: username, pass: password ?? '' } }),
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
      dnsTimeout: TIMEOUT_MS,
      // A message has no attachments, and names no files or addresses to be read.
      disableFileAccess: true,
      disableUrlAccess: true,
    })
    try {
      const { response, rejected } = await transport.sendMail({ from, to, subject, text, html, messageId: `<${id}@easel>`, headers: { 'Auto-Submitted': 'auto-generated' } })
      const refused = rejected.length === 0 ? '' : ` It refused ${rejected.join(', ')}.`
      return { ok: true, answer: `It answered ${oneLine(response)}.${refused}` }
    } finally {
      transport.close()
    }
  } catch (error) {
    const { response } = error as { response?: string }
    return { ok: false, answer: response === undefined ? problemOf(error, host) : `It answered ${oneLine(response)}` }
  }
}
