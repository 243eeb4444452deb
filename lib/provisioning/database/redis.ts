import { redisFigures } from './figures/parts'
import { findAll, versionOf } from './find-program'
import type { EngineRecipe, ImagePart, Place, ProcessPart } from './recipe'
import { ask } from './redis-ask'
import { redisCredentials } from './redis-credentials'

// Redis, and Valkey, which grew out of it: the same but for names.

type Kin = { /** Of its server. */ program: string; cli: string; passwordKey: string; /** Of the variable with another password that is valid too, while one replaces the other. */ otherKey: string; image: string; user: string; package: string }

function processPart({ program, passwordKey, otherKey, user, package: wanted }: Kin): ProcessPart {
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
    serve: (place) => ({ argv: [place.programs.paths.server!, '-'], input: configOf(place, { passwordKey, otherKey }) }),
    stopSignal: 'SIGTERM',
    probe: ({ port, env }, signal) => ping(port, env[passwordKey] ?? '', signal),
  }
}

/** Every write is in its log before it is answered, so that nothing answered is lost with the process. */
function configOf({ port, data, env, programs }: Place, { passwordKey, otherKey }: Pick<Kin, 'passwordKey' | 'otherKey'>): string {
  const [password, other] = [env[passwordKey] ?? '', env[otherKey]]
  const passwords = other === undefined ? [`requirepass ${quoted(password)}`] : [`user default on ${quoted(`>${password}`)} ${quoted(`>${other}`)} ~* ${hasChannels(programs.version) ? '&* ' : ''}+@all`]
  return ['bind 127.0.0.1', `port ${port}`, `dir ${quoted(data)}`, 'appendonly yes', ...passwords, 'daemonize no', 'protected-mode yes', ''].join('\n')
}

/** Rights to channels came with 6.2, and their sign is an error before it. */
function hasChannels(version: string): boolean {
  return !version.startsWith('6.0.')
}

function quoted(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`
}

/** Asks whether it is well, as somebody who knows the password. */
async function ping(port: number, password: string, signal: AbortSignal): Promise<void> {
  await ask({ host: '127.0.0.1', port }, [['AUTH', password], ['PING']], signal)
}

function imagePart({ image, program, cli, passwordKey, otherKey }: Kin): ImagePart {
  return {
    reference: (version) => `${image}:${version}`,
    env: {},
    // The image has no variable for a password. What it starts takes its configuration by input, and drops root by itself.
    argv: ['sh', '-c', configScript({ passwordKey, otherKey, program })],
    // It has no login in its data.
    knowsRestored: false,
    probe: ['sh', '-c', `REDISCLI_AUTH="$${passwordKey}" ${cli} -h 127.0.0.1 ping | grep -qx PONG`],
  }
}

/** The same configuration, made where the image is: it says by itself which version it is. */
function configScript({ passwordKey, otherKey, program }: Pick<Kin, 'passwordKey' | 'otherKey' | 'program'>): string {
  const one = `printf 'requirepass "%s"\\n' "$${passwordKey}"`
  const both = `case "$(${program} --version)" in *v=6.0.*) channels='';; *) channels='&*';; esac; printf 'user default on ">%s" ">%s" ~* %s +@all\\n' "$${passwordKey}" "$${otherKey}" "$channels"`
  return `{ if [ -n "$${otherKey}" ]; then ${both}; else ${one}; fi; printf 'appendonly yes\\ndir /data\\n'; } | exec docker-entrypoint.sh ${program} -`
}

const REDIS: Kin = { program: 'redis-server', cli: 'redis-cli', passwordKey: 'REDIS_PASSWORD', otherKey: 'REDIS_OTHER_PASSWORD', image: 'redis', user: 'redis', package: 'redis-server' }
const VALKEY: Kin = { program: 'valkey-server', cli: 'valkey-cli', passwordKey: 'VALKEY_PASSWORD', otherKey: 'VALKEY_OTHER_PASSWORD', image: 'valkey/valkey', user: 'valkey', package: 'valkey-server' }

export const redis: EngineRecipe = { process: processPart(REDIS), image: imagePart(REDIS), credentials: redisCredentials(REDIS.otherKey), figures: redisFigures }
export const valkey: EngineRecipe = { process: processPart(VALKEY), image: imagePart(VALKEY), credentials: redisCredentials(VALKEY.otherKey), figures: redisFigures }
