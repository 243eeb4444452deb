import { createHmac } from 'node:crypto'

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import type { Message, ToldAlert } from '../domain/alert/channel'
import { startPostSink } from '../../test/harness/post-sink'
import { startSmtpSink } from '../../test/harness/smtp-sink'
import { discordBody, emailOf, slackBody } from './formats'
import { send } from './send'

const OPEN = { allowsPrivate: true }
const AT = new Date('2026-01-02T03:04:05Z')
const ALERT: ToldAlert = {
  id: 'alt_1', what: 'firing', kind: 'cpu', summary: 'CPU of api is 97 %, above 90 % of its limit for 5 min', rule: { key: 'cpu', words: 'CPU above 90 % of its limit for 5 min' },
  subject: 'api', service: { id: 'svc_1', name: 'api' }, project: { id: 'prj_1', name: 'Shop' }, environment: { id: 'env_1', name: 'production' }, value: 97, threshold: 90, unit: 'percent',
  since: '2026-01-02T03:00:00.000Z', firedAt: '2026-01-02T03:04:00.000Z', resolvedAt: null, end: null, flaps: 0, url: 'http://localhost:3000/prj_1/env_1/svc_1',
}
const MESSAGE: Message = { kind: 'alerts', organization: { id: 'org_1', name: 'Acme' }, at: AT.toISOString(), alerts: [ALERT], more: 0 }
const TEST: Message = { kind: 'test', organization: { id: 'org_1', name: 'Acme' }, at: AT.toISOString(), by: 'Olivia', url: 'http://localhost:3000' }

describe('over HTTP', () => {
  let sink: Awaited<ReturnType<typeof startPostSink>>
  beforeAll(async () => void (sink = await startPostSink()))
  afterAll(() => sink.close())
  beforeEach(() => {
    sink.received.length = 0
    sink.answer({ status: 200, body: 'ok' })
  })
  const hook = (over: Partial<Parameters<typeof send>[0]> = {}) => send({ id: 'dlv_1', settings: { kind: 'webhook', url: `${sink.url}/hook?a=1` }, secret: 'key', message: MESSAGE, at: AT, policy: OPEN, ...over })

  it('a webhook gets what happened, signed', async () => {
    expect(await hook()).toEqual({ ok: true, answer: 'It answered 200: ok' })
    const [{ path, headers, body }] = sink.received as [(typeof sink.received)[number]]
    expect(path).toBe('/hook?a=1')
    expect(JSON.parse(body)).toEqual({ version: 1, deliveryId: 'dlv_1', ...MESSAGE })
    expect(headers['easel-delivery']).toBe('dlv_1')
    const seconds = AT.getTime() / 1000
    expect(headers['easel-signature']).toBe(`t=${seconds},v1=${createHmac('sha256', 'key').update(`${seconds}.${body}`).digest('hex')}`)
  })

  it('a webhook without a key gets no signature', async () => {
    await hook({ secret: null })
    expect(sink.received[0]!.headers['easel-signature']).toBeUndefined()
  })

  it.each(['slack', 'discord'] as const)('%s gets what it understands', async (kind) => {
    expect(await send({ id: 'dlv_1', settings: { kind, host: '127.0.0.1' }, secret: `${sink.url}/in`, message: MESSAGE, at: AT, policy: OPEN })).toMatchObject({ ok: true })
    expect(sink.received[0]!.body).toContain('CPU of api is 97')
  })

  it('says what went wrong there', async () => {
    sink.answer({ status: 500, body: 'out of order\n\nsorry' })
    expect(await hook()).toEqual({ ok: false, answer: 'It answered 500: out of order sorry' })
  })

  it('follows no redirect', async () => {
    sink.answer({ redirect: `${sink.url}/elsewhere` })
    expect((await hook()).answer).toContain('Redirects are not followed')
    expect(sink.received).toHaveLength(1)
  })

  it('waits no longer than it should', async () => {
    sink.answer('silence')
    expect(await hook({ timeoutMs: 50 })).toEqual({ ok: false, answer: `127.0.0.1:${sink.port} did not answer within 0.05 s.` })
  })

  it('reads little of an answer without end', async () => {
    sink.answer('flood')
    const { ok, answer } = await hook()
    expect(ok).toBe(true)
    expect(answer.length).toBeLessThan(300)
  })

  it('says that nobody listens there', async () => {
    const gone = await startPostSink()
    await gone.close()
    expect(await hook({ settings: { kind: 'webhook', url: gone.url } })).toEqual({ ok: false, answer: `127.0.0.1:${gone.port} refused the connection.` })
  })

  it('sends nothing where it may not', async () => {
    expect(await hook({ policy: { allowsPrivate: false } })).toMatchObject({ ok: false, answer: expect.stringContaining('private network') as string })
    expect(await hook({ settings: { kind: 'webhook', url: 'http://169.254.169.254/latest' } })).toMatchObject({ ok: false, answer: expect.stringContaining('local link') as string })
    expect(sink.received).toEqual([])
  })
})

describe('by e-mail', () => {
  const settings = (port: number, over: object = {}) => ({ kind: 'email' as const, host: 'localhost', port, security: 'none' as const, username: null, from: 'Easel <easel@example.com>', to: ['a@example.com', 'b@example.com'], ...over })

  it('a mailbox gets text and HTML, with an id that stays', async () => {
    const sink = await startSmtpSink()
    const mail = { id: 'dlv_7', settings: settings(sink.port), secret: null, message: MESSAGE, at: AT, policy: OPEN }
    expect(await send(mail)).toMatchObject({ ok: true, answer: expect.stringContaining('It answered 250') as string })
    const [{ from, to, raw }] = sink.received as [(typeof sink.received)[number]]
    expect([from, to]).toEqual(['easel@example.com', ['a@example.com', 'b@example.com']])
    expect(raw).toContain('Message-ID: <dlv_7@easel>')
    expect(raw).toContain('Subject: Firing: CPU of api is 97 %')
    expect(raw).toContain('text/html')
    await sink.close()
  })

  it('signs in over an encrypted connection only', async () => {
    const sink = await startSmtpSink({ user: { name: 'easel', password: 'secret' }, offersTls: true })
    const mail = { id: 'dlv_8', settings: settings(sink.port, { security: 'starttls', username: 'easel' }), secret: 'secret', message: MESSAGE, at: AT, policy: OPEN }
    // Its certificate is its own.
    expect(await send(mail)).toMatchObject({ ok: false, answer: expect.stringMatching(/certificate/) as string })
    expect(sink.received).toEqual([])
    const plain = await startSmtpSink()
    expect(await send({ ...mail, settings: settings(plain.port, { security: 'starttls' }) })).toMatchObject({ ok: false })
    expect(plain.received).toEqual([])
    await Promise.all([sink.close(), plain.close()])
  })

  it('says what the server refused', async () => {
    const sink = await startSmtpSink()
    sink.refuse('No such mailbox here')
    expect(await send({ id: 'dlv_9', settings: settings(sink.port), secret: null, message: MESSAGE, at: AT, policy: OPEN })).toEqual({ ok: false, answer: expect.stringContaining('No such mailbox here') as string })
    await sink.close()
  })
})

describe('names of people', () => {
  const evil: Message = { ...MESSAGE, alerts: [{ ...ALERT, summary: 'CPU of <!channel> & <script>alert(1)</script> @everyone\r\nBcc: x@example.com' }] }
  it('are no commands anywhere', () => {
    expect(emailOf(evil).html).not.toContain('<script>')
    expect(emailOf(evil).subject).not.toMatch(/[\r\n]/)
    expect(slackBody(evil)).not.toContain('<!channel>')
    expect(JSON.parse(discordBody(evil))).toMatchObject({ allowed_mentions: { parse: [] } })
  })

  it('one message names several, and says how many more there are', () => {
    const many: Message = { ...MESSAGE, alerts: [ALERT, { ...ALERT, what: 'resolved', resolvedAt: AT.toISOString(), end: 'gone' }], more: 3 }
    expect(emailOf(many)).toMatchObject({ subject: '5 alerts of Acme: 1 firing, 1 resolved, 3 more', text: expect.stringContaining('And 3 more.') as string })
    expect(slackBody(many)).toContain('And 3 more.')
    expect(emailOf(TEST).text).toContain('Olivia')
    expect(slackBody(TEST) + discordBody(TEST)).toContain('Olivia')
  })
})
