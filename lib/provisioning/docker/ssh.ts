import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'

import { openPipe } from '../process/open-pipe'
import type { DockerConnection } from './connection'

// A connection to an engine on another machine: ssh runs `docker system dial-stdio` there, which is the engine's socket as
// standard input and output. One child per connection. The key lies in a file only until the other machine has answered.

type Ssh = Extract<DockerConnection, { kind: 'ssh' }>

/** The name that the expected host key is filed under, whatever the machine is called. */
const ALIAS = 'easel-engine'
const PATH = '/usr/local/bin:/usr/bin:/bin'

/** Opens one connection. `onComplaint`: what ssh said when it could not connect. */
export function dialOverSsh(connection: Ssh, onComplaint: (text: string) => void): Duplex {
  const folder = mkdtempSync(join(tmpdir(), 'easel-ssh-'))
  const tidy = () => rmSync(folder, { recursive: true, force: true })
  try {
    const stream = openPipe({
      argv: sshCommand(connection, folder),
      cwd: folder,
      env: { PATH, HOME: process.getuid?.() === 0 ? '/root' : folder, LANG: 'C' },
      onExit: ({ code, complaint }) => {
        tidy()
        if (code !== 0 && complaint !== '') onComplaint(complaint)
      },
    })
    stream.once('data', tidy)
    return asSocket(stream)
  } catch (error) {
    tidy()
    throw error
  }
}

function sshCommand({ host, port, user, privateKey, hostKey }: Ssh, folder: string): string[] {
  const key = join(folder, 'key')
  writeFileSync(key, privateKey.endsWith('\n') ? privateKey : `${privateKey}\n`, { mode: 0o600 })
  const options = ['BatchMode=yes', 'StrictHostKeyChecking=yes', 'IdentitiesOnly=yes', 'IdentityAgent=none', 'ConnectTimeout=10', 'ServerAliveInterval=15', 'ServerAliveCountMax=3', 'ForwardAgent=no', 'ClearAllForwardings=yes', 'ControlPath=none']
  if (hostKey !== null) {
    const known = join(folder, 'known_hosts')
    writeFileSync(known, `${ALIAS} ${keyOf(hostKey)}\n`, { mode: 0o600 })
    options.push(`HostKeyAlias=${ALIAS}`, `UserKnownHostsFile=${known}`, 'GlobalKnownHostsFile=/dev/null')
  }
  return ['ssh', '-F', '/dev/null', '-T', '-i', key, ...options.flatMap((option) => ['-o', option]), '-p', String(port), '-l', user, '--', host, 'docker', 'system', 'dial-stdio']
}

/** Type and key of a line of known_hosts, without the names before them. */
function keyOf(line: string): string {
  return /(?:^|\s)((?:ssh-|ecdsa-|sk-)\S+\s+[A-Za-z0-9+/=]+)/.exec(line)?.[1] ?? line.trim()
}

/** What the HTTP client asks of a socket besides being a stream. */
function asSocket(stream: Duplex): Duplex {
  const itself = () => stream
  return Object.assign(stream, { setKeepAlive: itself, setNoDelay: itself, setTimeout: itself, ref: itself, unref: itself, destroySoon: () => void stream.end(() => stream.destroy()) })
}
