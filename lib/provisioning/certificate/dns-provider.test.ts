import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { afterEach, describe, expect, test } from 'vitest'

import { makeDnsProvider } from './dns-provider'

type Asked = { method: string; url: URL; headers: IncomingHttpHeaders; body: string }
type Answer = { status: number; body?: unknown }

const policy = { allowsPrivate: true }
const signal = new AbortController().signal
const record = { name: '_acme-challenge.shop.example.com', value: 'a-value' }
let server: Server

/** A real HTTP server that answers what a function says. */
async function serve(answer: (asked: Asked) => Answer): Promise<string> {
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (part: Buffer) => (body += part.toString()))
    request.on('end', () => {
      const { status, body: said } = answer({ method: request.method ?? '', url: new URL(request.url ?? '', 'http://localhost'), headers: request.headers, body })
      response.writeHead(status, { 'content-type': 'application/json' }).end(said === undefined ? '' : JSON.stringify(said))
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
afterEach(() => void server?.close())

describe('a webhook', () => {
  test('is told what to set and to remove, signed', async () => {
    const told: Asked[] = []
    const url = await serve((asked) => (told.push(asked), { status: 204 }))
    const provider = makeDnsProvider('webhook', { url: `${url}/dns`, secret: 'shared' }, { policy })
    await provider.present(record, signal)
    await provider.remove(record, signal)
    expect(told.map(({ body }) => JSON.parse(body) as unknown)).toEqual([{ action: 'present', type: 'TXT', ...record }, { action: 'remove', type: 'TXT', ...record }])
    expect(told[0]!.headers['easel-signature']).toBe(`sha256=${createHmac('sha256', 'shared').update(told[0]!.body).digest('hex')}`)
    expect(told[0]!.url.pathname).toBe('/dns')
  })

  test('that fails, is away or may not be asked says so', async () => {
    const url = await serve(() => ({ status: 500, body: { error: 'zone is locked' } }))
    await expect(makeDnsProvider('webhook', { url }, { policy }).present(record, signal)).rejects.toThrow(/answered 500: .*zone is locked/)
    await expect(makeDnsProvider('webhook', { url }, { policy: { allowsPrivate: false } }).present(record, signal)).rejects.toThrow('private network')
    await expect(makeDnsProvider('webhook', { url: 'http://169.254.169.254/' }, { policy }).present(record, signal)).rejects.toThrow('local link')
    server.close()
    server.closeAllConnections()
    await expect(makeDnsProvider('webhook', { url }, { policy }).present(record, signal)).rejects.toThrow('refused the connection')
  })
})

test('acme-dns is given the value with its credentials', async () => {
  const told: Asked[] = []
  const value = 'x'.repeat(43)
  const url = await serve((asked) => {
    told.push(asked)
    return asked.headers['x-api-user'] === 'user' && asked.headers['x-api-key'] === 'key' ? { status: 200, body: { txt: value } } : { status: 401, body: { error: 'unauthorized' } }
  })
  await makeDnsProvider('acme-dns', { url, username: 'user', password: 'key', subdomain: 'sub' }, { policy }).present({ ...record, value }, signal)
  expect(told[0]).toMatchObject({ method: 'POST', url: expect.objectContaining({ pathname: '/update' }) })
  expect(JSON.parse(told[0]!.body)).toEqual({ subdomain: 'sub', txt: value })
  await expect(makeDnsProvider('acme-dns', { url, username: 'user', password: 'wrong', subdomain: 'sub' }, { policy }).present(record, signal)).rejects.toThrow('answered 401')
})

/** Cloudflare's interface as it is documented: envelopes, codes, exact names, quoted contents. What it does not document is an error. */
function cloudflareLike(zones: Record<string, string>, records: Map<string, { zone: string; name: string; content: string }>) {
  const ok = (result: unknown): Answer => ({ status: 200, body: { success: true, errors: [], messages: [], result } })
  const no = (status: number, code: number, message: string): Answer => ({ status, body: { success: false, errors: [{ code, message }], messages: [], result: null } })
  return ({ method, url, headers, body }: Asked): Answer => {
    if (headers.authorization !== 'Bearer good-token') return no(403, 9109, 'Invalid access token')
    if (method === 'GET' && url.pathname === '/zones') return ok(zones[url.searchParams.get('name') ?? ''] ? [{ id: zones[url.searchParams.get('name')!], name: url.searchParams.get('name') }] : [])
    const [, zone, id] = /^\/zones\/([^/]+)\/dns_records(?:\/([^/]+))?$/.exec(url.pathname) ?? []
    if (zone === undefined) return no(404, 7003, 'Could not route to the path')
    if (method === 'GET' && id === undefined) return ok([...records].filter(([, each]) => each.zone === zone && each.name === url.searchParams.get('name.exact')).map(([key, each]) => ({ id: key, type: 'TXT', name: each.name, content: each.content })))
    if (method === 'DELETE' && id !== undefined) return records.delete(id) ? ok({ id }) : no(404, 81044, 'Record does not exist.')
    const sent = JSON.parse(body) as { type: string; name: string; content: string; ttl: number }
    if (method !== 'POST' || headers['content-type'] !== 'application/json' || sent.type !== 'TXT' || !/^".*"$/.test(sent.content) || sent.ttl < 60) return no(400, 9005, 'Content for TXT record is invalid.')
    if ([...records.values()].some((each) => each.zone === zone && each.name === sent.name && each.content === sent.content)) return no(400, 81058, 'An identical record already exists.')
    records.set(`r${records.size}`, { zone, name: sent.name, content: sent.content })
    return ok({ id: 'new' })
  }
}

describe('Cloudflare', () => {
  test('has the record set once and removed once, in the longest zone, whatever else is there', async () => {
    const records = new Map([['other', { zone: 'z2', name: record.name, content: '"of another order"' }]])
    const api = await serve(cloudflareLike({ 'example.com': 'z1', 'shop.example.com': 'z2' }, records))
    const provider = makeDnsProvider('cloudflare', { token: 'good-token' }, { policy, api })
    await provider.present(record, signal)
    await provider.present(record, signal)
    expect([...records.values()].filter(({ content }) => content === '"a-value"')).toEqual([{ zone: 'z2', name: record.name, content: '"a-value"' }])
    await provider.remove(record, signal)
    await provider.remove(record, signal)
    expect([...records.keys()]).toEqual(['other'])
  })

  test('says which permission is missing', async () => {
    const api = await serve(cloudflareLike({}, new Map()))
    await expect(makeDnsProvider('cloudflare', { token: 'good-token' }, { policy, api }).present(record, signal)).rejects.toThrow('sees no zone')
    await expect(makeDnsProvider('cloudflare', { token: 'bad-token' }, { policy, api }).present(record, signal)).rejects.toThrow('Invalid access token (9109)')
  })
})

test('settings that cannot be used, and providers that are not known, are told before anything is asked', () => {
  expect(() => makeDnsProvider('cloudflare', {}, { policy })).toThrow(/cloudflare cannot be used: token/)
  expect(() => makeDnsProvider('route53', {}, { policy })).toThrow('no DNS provider called “route53”')
  expect(() => makeDnsProvider('constructor', {}, { policy })).toThrow('no DNS provider')
})
