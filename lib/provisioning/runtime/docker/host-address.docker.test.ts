import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { makeDockerSubject, type DockerSubject } from '@/test/docker/docker-subject'
import { isHealthy, untilSeen } from '../conformance'

// The way from a container to a program of this machine that listens at no other address.

const never = new AbortController().signal
let t: DockerSubject
let server: Server
beforeEach(async () => {
  t = await makeDockerSubject()
  server = createServer((_, response) => response.end('here'))
})
afterEach(async () => {
  server.close()
  await t.dispose()
})

test.each([false, true])('what the engine says of it is reached from a container, also where links are enforced (%s)', async (linksOnly) => {
  const probe = await t.driver.probe(never)
  const hostAddress = probe.ok ? probe.hostAddress : undefined
  expect(hostAddress).toMatch(/^\d+\.\d+\.\d+\.\d+$/)
  expect(hostAddress).not.toMatch(/^(127\.|0\.)/)
  await new Promise<void>((done) => server.listen(0, hostAddress, done))
  const { port } = server.address() as AddressInfo
  await t.driver.ensureNetwork(t.environmentId, { linksOnly }, never)
  const app = t.workload('serves', { reaches: linksOnly ? [] : 'all' })
  await t.driver.apply(app, never)
  await untilSeen(t.driver, app.name, isHealthy)
  const { last } = await t.inside(app, ['node', '-e', `fetch('http://${hostAddress}:${port}/', { signal: AbortSignal.timeout(15_000) }).then((answer) => answer.text(), (error) => error.cause?.code ?? error.name).then((said) => { console.log(said); process.exit() })`])
  expect(last).toBe('here')
  // At this machine's own loopback nothing was opened.
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow()
})
