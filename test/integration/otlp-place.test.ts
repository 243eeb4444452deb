import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { afterAll, beforeAll, expect, it } from 'vitest'

import { byId } from '../../lib/db/queries/engine/deployments'
import { takeReceiverPort } from '../../lib/db/queries/engine/otlp'
import { ofService } from '../../lib/db/queries/engine/places'
import { targets } from '../../lib/db/schema/target'
import { log } from '../../lib/log'
import { startReceiver, type Receiver } from '../../lib/otlp/receiver'
import { isOurReceiver } from '../../lib/provisioning/deploy/find-receiver'
import { toldOfTelemetry } from '../../lib/provisioning/deploy/told-of-telemetry'
import { makeSeal } from '../../lib/secrets/seal'
import { engineForTest, type TestEngine } from '../harness/engine'

// Containers are told to send their token to an address of this machine only while it is our receiver that listens there.

const ONCE = { tries: 1 }
let t: TestEngine
let receiver: Receiver
const servers: Server[] = []

beforeAll(async () => {
  t = await engineForTest()
  const port = (await takeReceiverPort(t.database.db, { first: 33_300, last: 33_399 }, null))!
  receiver = await startReceiver({ db: t.database.db, seal: t.platform.seal, log }, { host: '127.0.0.1', port })
})
afterAll(async () => {
  for (const server of servers) server.close()
  await receiver?.close()
  await t?.close()
})

/** Another program of this machine. */
async function stranger(listener: Parameters<typeof createServer>[1]): Promise<number> {
  const server = createServer({}, listener)
  servers.push(server)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return (server.address() as AddressInfo).port
}

it('knows its own receiver, and no other program', async () => {
  const ours = { address: '127.0.0.1', port: receiver.port }
  expect(await isOurReceiver(t.platform.seal, ours, ONCE)).toBe(true)
  expect(await isOurReceiver(makeSeal('ab'.repeat(32)), ours, ONCE)).toBe(false)
  const friendly = await stranger((_request, response) => void response.end('yes, it is me'))
  expect(await isOurReceiver(t.platform.seal, { address: '127.0.0.1', port: friendly }, ONCE)).toBe(false)
  const endless = await stranger((_request, response) => void response.write('x'.repeat(1_000_000)))
  expect(await isOurReceiver(t.platform.seal, { address: '127.0.0.1', port: endless }, ONCE)).toBe(false)
  expect(await isOurReceiver(t.platform.seal, { address: '127.0.0.1', port: 9 }, ONCE)).toBe(false)
})

it('is not deceived by one that asks the receiver itself', async () => {
  const asked: string[] = []
  const relay = await stranger((incoming, response) => {
    request({ host: '127.0.0.1', port: receiver.port, path: incoming.url }, (answer) => {
      asked.push(String(answer.statusCode))
      answer.pipe(response)
    }).end()
  })
  expect(await isOurReceiver(t.platform.seal, { address: '127.0.0.1', port: relay }, ONCE)).toBe(false)
  expect(asked).toEqual(['200'])
})

it('waits for a receiver that begins to listen', async () => {
  const other = await startReceiver({ db: t.database.db, seal: t.platform.seal, log }, { host: '127.0.0.1', port: 0 })
  const place = { address: '127.0.0.2', port: other.port }
  expect(await isOurReceiver(t.platform.seal, place, ONCE)).toBe(false)
  const found = isOurReceiver(t.platform.seal, place, { tries: 20, pauseMs: 100 })
  expect(await other.listenAt(['127.0.0.2'])).toEqual([])
  expect(await found).toBe(true)
  await other.close()
})

it('tells containers nothing where another program has the port, and says so', async () => {
  const { id } = await t.service('api', { openTelemetry: true })
  const deploymentId = await t.deploy({ id })
  await t.settle()
  const [deployment, place] = [(await byId(t.database.db, deploymentId))!, (await ofService(t.database.db, id))!]
  const told = async (hostAddress: string) => {
    await t.database.db.update(targets).set({ seen: { ok: true, message: '', engineVersion: null, hostAddress, at: new Date().toISOString() } })
    return toldOfTelemetry({ engine: t.engine, deployment, place: { ...place, targetKind: 'docker' } }, [])
  }
  const ours = await told('127.0.0.1')
  expect(ours).toMatchObject({ trouble: null, variables: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${receiver.port}` } })
  expect(ours.secrets).toHaveLength(1)
  const server = createServer((_request, response) => void response.end('ok'))
  servers.push(server)
  await new Promise<void>((done) => server.listen(receiver.port, '127.0.0.3', done))
  const theirs = await told('127.0.0.3')
  expect(theirs.trouble).toContain(`the receiver does not listen at 127.0.0.3:${receiver.port}`)
  expect(Object.keys(theirs.variables).filter((key) => key.startsWith('OTEL_EXPORTER_OTLP_'))).toEqual([])
  expect(theirs.secrets).toEqual([])
}, 60_000)
