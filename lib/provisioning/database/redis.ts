import { connect } from 'node:net'

import { findAll, versionOf } from './find-program'
import type { EngineRecipe, ImagePart, Place, ProcessPart } from './recipe'
import { wire } from './redis-wire'

// Redis, and Valkey, which grew out of it: the same but for names.

type Kin = { /** Of its server. */ program: string; cli: string; passwordKey: string; image: string; user: string; package: string }

function processPart({ program, passwordKey, user, package: wanted }: Kin): ProcessPart {
  return {
    user,
    install: `Install it on the machine that runs Easel (Debian and Ubuntu: apt-get install ${wanted}), or use an environment on a Docker target.`,
    async find(finding) {
      const paths = findAll({ server: [program] }, finding)
      const version = paths && (await versionOf([paths.server!, '--version'], /\bv=(\d+\.\d+\.\d+)/, finding.signal))
      return paths && version !== null ? { version, paths } : null
    },
    // It makes what it needs when it starts.
    setUp: () => [],
    // By its input, because arguments are seen by everybody on the machine.
    serve: (place) => ({ argv: [place.programs.paths.server!, '-'], input: configOf(place, passwordKey) }),
    stopSignal: 'SIGTERM',
    probe: ({ port, env }, signal) => ping(port, env[passwordKey] ?? '', signal),
  }
}

/** Every write is in its log before it is answered, so that nothing answered is lost with the process. */
function configOf({ port, data, env }: Place, passwordKey: string): string {
  return ['bind 127.0.0.1', `port ${port}`, `dir ${quoted(data)}`, 'appendonly yes', `requirepass ${quoted(env[passwordKey] ?? '')}`, 'daemonize no', 'protected-mode yes', ''].join('\n')
}

function quoted(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`
}

/** Asks whether it is well, as somebody who knows the password. */
function ping(port: number, password: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port })
    let received = ''
    const finish = (error: Error | null) => {
      signal.removeEventListener('abort', onAbort)
      socket.destroy()
      if (error) reject(error)
      else resolve()
    }
    const onAbort = () => finish(new Error('It did not answer in time.'))
    signal.addEventListener('abort', onAbort, { once: true })
    socket.setEncoding('utf8')
    socket.once('connect', () => socket.write(wire('AUTH', password) + wire('PING')))
    socket.on('data', (chunk: string) => {
      received += chunk
      const complaint = /^-(.*?)\r\n/m.exec(received)
      if (complaint) finish(new Error(complaint[1]))
      else if (/^\+PONG\r\n/m.test(received)) finish(null)
    })
    socket.once('error', finish)
    socket.once('close', () => finish(new Error('It closed the connection without an answer.')))
  })
}

function imagePart({ image, program, cli, passwordKey }: Kin): ImagePart {
  return {
    reference: (version) => `${image}:${version}`,
    env: {},
    // The image has no variable for a password. What it starts takes its configuration by input, and drops root by itself.
    argv: ['sh', '-c', `printf 'requirepass "%s"\\nappendonly yes\\ndir /data\\n' "$${passwordKey}" | exec docker-entrypoint.sh ${program} -`],
    probe: ['sh', '-c', `REDISCLI_AUTH="$${passwordKey}" ${cli} -h 127.0.0.1 ping | grep -qx PONG`],
  }
}

const REDIS: Kin = { program: 'redis-server', cli: 'redis-cli', passwordKey: 'REDIS_PASSWORD', image: 'redis', user: 'redis', package: 'redis-server' }
const VALKEY: Kin = { program: 'valkey-server', cli: 'valkey-cli', passwordKey: 'VALKEY_PASSWORD', image: 'valkey/valkey', user: 'valkey', package: 'valkey-server' }

export const redis: EngineRecipe = { process: processPart(REDIS), image: imagePart(REDIS) }
export const valkey: EngineRecipe = { process: processPart(VALKEY), image: imagePart(VALKEY) }
