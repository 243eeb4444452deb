import type { AddressInfo } from 'node:net'

import { SMTPServer } from 'smtp-server'

export type Mail = { from: string; to: string[]; raw: string; user: string | null; isEncrypted: boolean }

/** A real SMTP server that keeps what it is sent. `user`: who may, with a password. */
export async function startSmtpSink(options: { user?: { name: string; password: string }; offersTls?: boolean } = {}) {
  const received: Mail[] = []
  let refusal: string | null = null
  const server = new SMTPServer({
    disabledCommands: options.offersTls ? [] : ['STARTTLS'],
    authOptional: options.user === undefined,
    allowInsecureAuth: true,
    onAuth({ username, password }, _session, done) {
      if (username === options.user?.name && password === options.user?.password) done(null, { user: username })
      else done(new Error('Invalid username or password'))
    },
    onRcptTo(_address, _session, done) {
      done(refusal === null ? null : Object.assign(new Error(refusal), { responseCode: 550 }))
    },
    onData(stream, session, done) {
      let raw = ''
      stream.on('data', (part: Buffer) => (raw += part.toString()))
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        received.push({ from: mailFrom === false ? '' : mailFrom.address, to: rcptTo.map(({ address }) => address), raw, user: typeof session.user === 'string' ? session.user : null, isEncrypted: session.secure })
        done(null)
      })
    },
  })
  server.on('error', () => undefined)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.server.address() as AddressInfo
  return { port, received, refuse: (message: string | null) => void (refusal = message), close: () => new Promise<void>((done) => server.close(() => done())) }
}
