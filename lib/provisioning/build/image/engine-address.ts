import { mkdir, writeFile } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'

import type { DockerConnection } from '../../docker/connection'
import { dialOverSsh } from '../../docker/ssh'

/** How a docker program reaches an engine: variables for its environment. */
export type EngineAddress = { env: Record<string, string>; close(): Promise<void> }

const nothing = () => Promise.resolve()

/** `folder`: private, for keys and sockets that are needed meanwhile. */
export async function reach(connection: DockerConnection, folder: string): Promise<EngineAddress> {
  switch (connection.kind) {
    case 'socket':
      return { env: { DOCKER_HOST: `unix://${connection.path}` }, close: nothing }
    case 'tcp':
      return { env: { DOCKER_HOST: `tcp://${connection.host.includes(':') ? `[${connection.host}]` : connection.host}:${connection.port}`, ...(connection.tls ? await certificates(connection.tls, folder) : {}) }, close: nothing }
    case 'ssh':
      return overSsh(connection, folder)
  }
}

async function certificates(tls: { ca: string; certificate: string; key: string }, folder: string): Promise<Record<string, string>> {
  const path = join(folder, 'tls')
  await mkdir(path, { recursive: true, mode: 0o700 })
  for (const [name, text] of [['ca.pem', tls.ca], ['cert.pem', tls.certificate], ['key.pem', tls.key]] as const) await writeFile(join(path, name), text, { mode: 0o600 })
  return { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: path }
}

/** The client would take its own ways over SSH; it gets a socket that leads over ours, with the host key that we expect. */
async function overSsh(connection: Extract<DockerConnection, { kind: 'ssh' }>, folder: string): Promise<EngineAddress> {
  const path = join(folder, 'engine.sock')
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    const far = dialOverSsh(connection, () => undefined)
    far.on('error', () => socket.destroy())
    socket.on('error', () => far.destroy())
    far.once('close', () => socket.destroy())
    socket.once('close', () => far.destroy())
    socket.pipe(far).pipe(socket)
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve))
  return {
    env: { DOCKER_HOST: `unix://${path}` },
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy()
        server.close(() => resolve())
      }),
  }
}
