import { request } from 'node:http'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { domainCreate, domainDelete, domainGet, domainUpdate } from '../../lib/contract/domain'
import { log } from '../../lib/log'
import { embeddedIngress } from '../../lib/provisioning/ingress/embedded-client'
import { startIngress, type RunningIngress } from '../../lib/provisioning/ingress/embedded/start-ingress'
import { publishRoutes } from '../../lib/provisioning/reconcile/publish-routes'
import { checkDomains } from '../../lib/worker/check-domains'
import { engineForTest, type TestEngine } from '../harness/engine'
import { freePort, pebbleProblem, startPebble, type TestPebble } from '../harness/pebble'

// From typing to serving and away again, with the real proxy and, as resolver, the DNS server of Pebble.

if (pebbleProblem !== null) process.stderr.write(`Host names are not served with a real DNS server: ${pebbleProblem}.\n`)

const signal = new AbortController().signal

describe.skipIf(pebbleProblem !== null)('a host name', () => {
  let t: TestEngine
  let pebble: TestPebble
  let ingress: RunningIngress
  let folder: string
  let serviceId: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'easel-domains-'))
    const port = await freePort()
    ;[t, pebble, ingress] = await Promise.all([engineForTest({ EASEL_INGRESS_ADDRESSES: '127.0.0.1' }), startPebble({ httpPort: port, tlsPort: await freePort() }), startIngress({ host: '127.0.0.1', port, adminSocket: join(folder, 'admin.sock'), tableFile: join(folder, 'table.json'), log })])
    Object.assign(t.engine, { ingress: embeddedIngress(join(folder, 'admin.sock')) })
    Object.assign(t.engine.config, { ingress: { ...t.engine.config.ingress, host: '127.0.0.1', port, httpsPort: null }, ingressAddresses: ['127.0.0.1'], dnsResolvers: [pebble.dns] })
    serviceId = (await t.service('shop')).id
    await pebble.tellDns('set-default-ipv4', { ip: '' })
    await pebble.tellDns('set-default-ipv6', { ip: '' })
  }, 60_000)
  afterAll(async () => {
    await ingress?.close()
    await Promise.all([t?.close(), pebble?.stop()])
    await rm(folder, { recursive: true, force: true })
  })

  const add = (hostname: string) => t.call(domainCreate, { serviceId, hostname }, { as: t.as })
  const look = async (domainId: string) => {
    await t.database.sql`update domains set next_check_at = now() - interval '1 minute' where id = ${domainId}`
    await checkDomains(t.engine, signal)
    return t.call(domainGet, { domainId }, { as: t.as })
  }
  const publish = () => publishRoutes(t.engine, true, signal)
  const visit = (host: string, path = '/') =>
    new Promise<{ status: number; text: string; location: string | undefined }>((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port: ingress.port, path, headers: { host } }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk)).on('end', () => resolve({ status: response.statusCode!, text, location: response.headers.location }))
      })
      asked.on('error', reject).end()
    })

  it('is served once it is proven, never before, and nothing remains of it', async () => {
    const { id, hostname, records } = await add('www.easel-served.com')
    const [txt] = records
    expect(records).toMatchObject([{ type: 'TXT', name: '_easel-challenge.www.easel-served.com' }, { type: 'A', value: '127.0.0.1' }])
    // It leads here before anybody has proven it.
    await pebble.tellDns('add-a', { host: `${hostname}.`, addresses: ['127.0.0.1'] })
    await publish()
    expect(await look(id)).toMatchObject({ state: 'pending', reason: 'record_missing', checks: [{ check: 'ownership', isPassed: false }, { check: 'resolution', isPassed: true }] })
    await publish()
    expect(await visit(hostname)).toMatchObject({ status: 404 })

    await pebble.tellDns('set-txt', { host: `${txt!.name}.`, value: txt!.value })
    expect(await look(id)).toMatchObject({ state: 'active', reason: null, url: `http://${hostname}:${ingress.port}` })
    await publish()
    expect((await visit(hostname)).status).toBe(503)
    await t.call(domainUpdate, { domainId: id, rules: { maintenance: { message: 'Back at two.' } } }, { as: t.as })
    await publish()
    expect(await visit(hostname)).toMatchObject({ status: 503, text: expect.stringContaining('Back at two.') as string })

    const [row] = await t.database.sql<{ token: string }[]>`select token from domains where id = ${id}`
    expect(await visit(hostname, `/.well-known/easel/${row!.token}`)).toMatchObject({ status: 200 })
    await t.call(domainDelete, { domainId: id }, { as: t.as })
    await publish()
    expect([(await visit(hostname)).status, (await visit(hostname, `/.well-known/easel/${row!.token}`)).status]).toEqual([404, 404])
    expect(await t.database.sql`select 1 from domains where id = ${id} union all select 1 from certificates where domain_id = ${id} union all select 1 from acme_challenges where domain_id = ${id}`).toHaveLength(0)
  })

  it('that answers elsewhere, or whose name server fails, says so and heals', async () => {
    const { id, hostname, records } = await add('moved.easel-served.com')
    await pebble.tellDns('set-txt', { host: `${records[0]!.name}.`, value: records[0]!.value })
    await pebble.tellDns('set-servfail', { host: `${hostname}.` })
    expect(await look(id)).toMatchObject({ state: 'verifying', reason: 'resolver_failed' })
    await pebble.tellDns('clear-servfail', { host: `${hostname}.` })
    await pebble.tellDns('add-a', { host: `${hostname}.`, addresses: ['127.0.0.1'] })
    // The proxy does not know of it yet: something at the right address, and not we.
    expect(await look(id)).toMatchObject({ state: 'verifying', reason: 'answers_elsewhere', message: expect.stringContaining('Something else than this instance answers') as string })
    await publish()
    expect(await look(id)).toMatchObject({ state: 'active' })
    await pebble.tellDns('clear-a', { host: `${hostname}.` })
    await pebble.tellDns('add-a', { host: `${hostname}.`, addresses: ['127.0.0.9'] })
    expect(await look(id)).toMatchObject({ state: 'verifying', reason: 'leads_elsewhere', activeAt: expect.any(String) as string })
  })

  it('leads visitors to the primary one', async () => {
    const first = await add('one.easel-served.com')
    const second = await add('two.easel-served.com')
    await t.database.sql`update domains set owned_at = now(), active_at = now(), state = 'active' where id in (${first.id}, ${second.id})`
    await t.call(domainUpdate, { domainId: second.id, isPrimary: true }, { as: t.as })
    await publish()
    expect(await visit(`one.easel-served.com:${ingress.port}`, '/path?x=1')).toMatchObject({ status: 308, location: `http://two.easel-served.com:${ingress.port}/path?x=1` })
    expect((await visit('two.easel-served.com')).status).toBe(503)
  })
})
