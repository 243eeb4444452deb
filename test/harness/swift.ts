import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'

import type { S3Place } from '../../lib/provisioning/snapshot/s3/room'
import { until } from './until'

// OpenStack Swift with its S3 interface: a real store, all of it on the loopback and in one folder.

const PROGRAMS = ['swift-account-server', 'swift-container-server', 'swift-object-server', 'swift-proxy-server']
/** The one that they are installed for. */
const PYTHON = '/usr/bin/python3'
const START_MS = 90_000
const SECRET = 'secretofatest'
/** One that may do everything, and one that is known and may do nothing. */
const USERS = { owner: 'tests:owner', other: 'others:other' }

/** What it keeps with each file, not every file system can. */
const NOTE_ON_A_FILE = 'import os, sys; os.setxattr(sys.argv[1], b"user.easel", b"1")'

/** Why it cannot run on this machine; null when it can. */
export const swiftProblem = findProblem()

function findProblem(): string | null {
  if (!PROGRAMS.every((program) => existsSync(`/usr/bin/${program}`))) return 'OpenStack Swift is not installed (apt-get install swift-proxy swift-account swift-container swift-object)'
  const folder = mkdtempSync(join(tmpdir(), 'easel-swift-'))
  const noted = spawnSync(PYTHON, ['-c', NOTE_ON_A_FILE, folder])
  rmSync(folder, { recursive: true })
  return noted.status === 0 ? null : `the file system of ${tmpdir()} keeps no extended attributes, which OpenStack Swift needs`
}

export type TestSwift = { place(bucket: string): S3Place; /** One that the store knows and that owns nothing. */ stranger: string; makeBucket(name: string): Promise<void>; stop(): Promise<void> }

/** Starts one. Everything of it goes with `stop`. */
export async function startSwift(): Promise<TestSwift> {
  const folder = await mkdtemp(join(tmpdir(), 'easel-swift-'))
  const [account, container, object, proxy] = (await Promise.all([freePort(), freePort(), freePort(), freePort()])) as [number, number, number, number]
  await mkdir(join(folder, 'devices', 'd1'), { recursive: true })
  makeRings(folder, [account, container, object])
  const children: ChildProcess[] = []
  const endAll = async () => {
    for (const child of children) child.kill('SIGKILL')
    await Promise.all(children.map(async (child) => child.exitCode !== null || child.signalCode !== null || (await once(child, 'exit'))))
    await rm(folder, { recursive: true, force: true })
  }
  for (const [name, port] of Object.entries({ account, container, object })) children.push(await start(folder, name, storageConfig(folder, name, port)))
  children.push(await start(folder, 'proxy', proxyConfig(folder, proxy)))
  const endpoint = `http://127.0.0.1:${proxy}`
  const place = (bucket: string): S3Place => ({ endpoint, region: 'us-east-1', bucket, prefix: '', accessKeyId: USERS.owner, secret: SECRET, isPathStyle: true })
  await until('the store to answer', () => fetch(`${endpoint}/healthcheck`).then(({ ok }) => ok, () => false), START_MS).catch(async (error: unknown) => {
    await endAll()
    throw error
  })
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials: { accessKeyId: USERS.owner, secretAccessKey: SECRET } })
  return {
    place,
    stranger: USERS.other,
    // Its parts answer one after the other.
    makeBucket: async (Bucket) => void (await until('a bucket to be made', () => client.send(new CreateBucketCommand({ Bucket })).then(() => true, ({ name }: Error) => name === 'BucketAlreadyOwnedByYou'), START_MS)),
    async stop() {
      client.destroy()
      await endAll()
    },
  }
}

async function start(folder: string, name: string, config: string[]): Promise<ChildProcess> {
  const path = join(folder, `${name}.conf`)
  await writeFile(path, `${config.join('\n')}\n`)
  return spawn(`swift-${name}-server`, [path], { stdio: 'ignore' })
}

/** What `swift-ring-builder` does with nine programs, one after the other. */
const RINGS = `
import sys
from swift.common.ring import RingBuilder
for name, port in zip(('account', 'container', 'object'), sys.argv[2:]):
    builder = RingBuilder(4, 1, 0)
    builder.add_dev({'id': 0, 'region': 1, 'zone': 1, 'ip': '127.0.0.1', 'port': int(port), 'replication_ip': '127.0.0.1', 'replication_port': int(port), 'device': 'd1', 'weight': 1, 'meta': ''})
    builder.rebalance(seed=1)
    builder.get_ring().save('%s/%s.ring.gz' % (sys.argv[1], name))
`

function makeRings(folder: string, ports: readonly number[]): void {
  const { status, stderr } = spawnSync(PYTHON, ['-c', RINGS, folder, ...ports.map(String)], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`The rings of the store could not be made: ${stderr}`)
}

function common(folder: string, port: number): string[] {
  return ['[DEFAULT]', 'bind_ip = 127.0.0.1', `bind_port = ${port}`, 'workers = 0', `user = ${process.env.USER ?? 'root'}`, `swift_dir = ${folder}`, `devices = ${join(folder, 'devices')}`, 'mount_check = false', 'disable_fallocate = true', 'log_level = WARNING']
}

function storageConfig(folder: string, name: string, port: number): string[] {
  return [...common(folder, port), '[pipeline:main]', `pipeline = ${name}-server`, `[app:${name}-server]`, `use = egg:swift#${name}`]
}

function proxyConfig(folder: string, port: number): string[] {
  // Who signs in is asked of a memcached; where none answers, of the settings.
  const filters = { catch_errors: [], healthcheck: [], cache: ['memcache_servers = 127.0.0.1:1'], s3api: ['location = us-east-1', 'allow_multipart_uploads = true', 'allow_no_owner = true'], tempauth: [`user_tests_owner = ${SECRET} .admin`, `user_others_other = ${SECRET}`], slo: [] }
  return [
    ...common(folder, port),
    '[pipeline:main]',
    `pipeline = ${Object.keys(filters).join(' ')} proxy-server`,
    ...Object.entries(filters).flatMap(([name, settings]) => [`[filter:${name}]`, `use = egg:swift#${name === 'cache' ? 'memcache' : name}`, ...settings]),
    '[app:proxy-server]',
    'use = egg:swift#proxy',
    'account_autocreate = true',
  ]
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
