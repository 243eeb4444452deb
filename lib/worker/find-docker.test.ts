import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, it } from 'vitest'

import { dockerPlaces } from '../config'
import { waysToDocker } from './find-docker'

let folder: string
let server: Server
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'easel-docker-'))
  server = createServer()
  await new Promise<void>((resolve) => server.listen(join(folder, 'docker.sock'), resolve))
})
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve))
  rmSync(folder, { recursive: true, force: true })
})

it('takes the sockets that are there, in their order, and nothing else', async () => {
  writeFileSync(join(folder, 'file'), '')
  const sockets = [join(folder, 'absent'), join(folder, 'file'), join(folder, 'docker.sock')]
  expect(await waysToDocker({ host: null, certificates: null, sockets })).toEqual([{ kind: 'socket', path: join(folder, 'docker.sock') }])
})

it('takes DOCKER_HOST alone when it is set', async () => {
  const sockets = [join(folder, 'docker.sock')]
  const way = (host: string, certificates: string | null = null) => waysToDocker({ host, certificates, sockets })
  expect(await way('unix:///run/user/1000/docker.sock')).toEqual([{ kind: 'socket', path: '/run/user/1000/docker.sock' }])
  expect(await way('tcp://127.0.0.1:2375')).toEqual([{ kind: 'tcp', host: '127.0.0.1', port: 2375, tls: null }])
  for (const name of ['ca', 'cert', 'key']) writeFileSync(join(folder, `${name}.pem`), name)
  expect(await way('tcp://build:2376', folder)).toEqual([{ kind: 'tcp', host: 'build', port: 2376, tls: { ca: 'ca', certificate: 'cert', key: 'key' } }])
  for (const host of ['ssh://me@build', 'npipe:////./pipe/docker', 'nonsense']) expect(await way(host)).toEqual([])
})

it('looks where Docker’s own command line does', () => {
  expect(dockerPlaces({ HOME: '/home/me', XDG_RUNTIME_DIR: '/run/user/1000' })).toEqual({
    host: null,
    certificates: null,
    sockets: ['/var/run/docker.sock', '/home/me/.docker/run/docker.sock', '/run/user/1000/docker.sock'],
  })
  expect(dockerPlaces({ HOME: '/home/me', DOCKER_HOST: 'tcp://build', DOCKER_TLS_VERIFY: '1' })).toMatchObject({ host: 'tcp://build', certificates: '/home/me/.docker' })
})
