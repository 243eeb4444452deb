import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'

import { engineApi } from './engine-api'

const never = new AbortController().signal
const VERSION = { Version: '20.10.24', ApiVersion: '1.41', MinAPIVersion: '1.12', Os: 'linux', Arch: 'amd64' }
let folder: string
let path: string
const servers: Server[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'engine-api-'))
  path = join(folder, 'engine.sock')
})
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  rmSync(folder, { recursive: true, force: true })
})

/** Something that says it is an engine. */
async function engine(version: object, answer: RequestListener = (_, response) => void response.end('{}')): Promise<string[]> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    if (request.url === '/version') response.end(JSON.stringify(version))
    else answer(request, response)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(path, resolve))
  return asked
}

const api = () => engineApi({ kind: 'socket', path })
const ask = () => api().json({ method: 'GET', path: '/info', signal: never }, z.looseObject({}))

describe('the version that is spoken', () => {
  test.each([
    ['1.41', '/v1.41/info'],
    ['1.47', '/v1.47/info'],
    ['1.99', '/v1.51/info'],
  ])('with an engine that offers %s leads to %s', async (offered, url) => {
    const asked = await engine({ ...VERSION, ApiVersion: offered })
    await ask()
    expect(asked).toEqual(['GET /version', `GET ${url}`])
  })

  test.each([
    [{ ...VERSION, ApiVersion: '1.40', Version: '19.03.1' }, /too old \(19\.03\.1, API 1\.40\)\. Install Docker 20\.10/],
    [{ ...VERSION, ApiVersion: '1.99', MinAPIVersion: '1.90' }, /Update Easel/],
    [{ name: 'something else' }, /is not a Docker engine/],
  ])('is refused with what to do', async (version, message) => {
    await engine(version)
    await expect(ask()).rejects.toMatchObject({ code: 'unavailable', message: expect.stringMatching(message) })
  })

  test('is asked for once', async () => {
    const asked = await engine(VERSION)
    const one = api()
    await Promise.all([1, 2, 3].map(() => one.run({ method: 'GET', path: '/_ping', signal: never })))
    expect(asked.filter((line) => line.endsWith('/version'))).toHaveLength(1)
  })
})

describe('what goes wrong', () => {
  test('no socket is unavailable, and says what to do', async () => {
    await expect(ask()).rejects.toMatchObject({ code: 'unavailable', message: `There is no Docker socket at ${path}. Install Docker or start it, or set the path of its socket.` })
  })

  test('nothing that listens is unavailable, and works as soon as something does', async () => {
    const one = engineApi({ kind: 'tcp', host: '127.0.0.1', port: 1, tls: null })
    await expect(one.version(never)).rejects.toMatchObject({ code: 'unavailable', message: expect.stringMatching(/^Nothing listens at 127\.0\.0\.1:1\./) })
    const late = api()
    await expect(late.version(never)).rejects.toMatchObject({ code: 'unavailable' })
    await engine(VERSION)
    expect(await late.version(never)).toMatchObject({ api: '1.41' })
  })

  test('an engine over the network without TLS is refused', () => {
    expect(() => engineApi({ kind: 'tcp', host: '192.0.2.9', port: 2375, tls: null })).toThrow(/must be reached with TLS or over SSH/)
  })

  test.each([
    [404, 'not_found'],
    [409, 'conflict'],
    [400, 'invalid_input'],
    [500, 'unavailable'],
  ])('status %i is %s, with the words of the engine', async (status, code) => {
    await engine(VERSION, (_, response) => void response.writeHead(status).end(JSON.stringify({ message: 'No such thing' })))
    await expect(ask()).rejects.toMatchObject({ code, message: 'The Docker engine refused: No such thing.', detail: { status } })
  })

  test('a full disk is said as one', async () => {
    await engine(VERSION, (_, response) => void response.writeHead(500).end(JSON.stringify({ message: 'write /var/lib/docker/x: no space left on device' })))
    await expect(ask()).rejects.toMatchObject({ code: 'unavailable', message: expect.stringMatching(/^There is no space left on the disk of the Docker engine/) })
  })

  test('an engine that says nothing is given up', async () => {
    await engine(VERSION, () => undefined)
    await expect(api().run({ method: 'GET', path: '/info', signal: never, timeoutMs: 100 })).rejects.toMatchObject({ code: 'unavailable', message: expect.stringMatching(/does not answer/) })
  })

  test('an answer that breaks off is unavailable', async () => {
    await engine(VERSION, (_, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('{', () => response.destroy())
    })
    await expect(ask()).rejects.toMatchObject({ code: 'unavailable' })
  })

  test('who gives up gets their own reason', async () => {
    await engine(VERSION, () => undefined)
    const giveUp = new AbortController()
    const asked = api().run({ method: 'GET', path: '/info', signal: giveUp.signal })
    giveUp.abort(new Error('enough'))
    await expect(asked).rejects.toThrow('enough')
  })
})
