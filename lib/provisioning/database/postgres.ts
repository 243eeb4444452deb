import postgresClient from 'postgres'

import { findBinaries } from '../../supervisor/postgres/binaries'
import { REACHABLE_HOME } from '../../supervisor/postgres/place'
import { postgresFigures } from './figures/parts'
import { versionOf } from './find-program'
import { identifier, postgresCredentials, text } from './postgres-credentials'
import { loginsAfterRestore } from './postgres-restored'
import type { EngineRecipe, Place, ProcessPart } from './recipe'
import { POSTGRES_START } from './start-scripts'

// PostgreSQL: as a process, by the programs that Easel brings itself, so it is always there.

const process: ProcessPart = {
  user: 'postgres',
  install: 'PostgreSQL comes with Easel, but there is none for this kind of machine. Use an environment on a Docker target.',
  async find({ runAs, signal }) {
    const binaries = await findBinaries(runAs, REACHABLE_HOME).catch(() => null)
    const version = binaries && (await versionOf([binaries.postgres, '--version'], /\(PostgreSQL\) (\d+(?:\.\d+)?)/, signal))
    return binaries && version !== null ? { version, paths: { ...binaries } } : null
  },
  setUp: (place) => [
    { run: { argv: [place.programs.paths.initdb!, '-D', place.data, '-U', nameOf(place, 'POSTGRES_USER'), '--auth=trust', '--no-sync', '--encoding=UTF8', ...localeOf(place), '--no-instructions'] } },
    { write: 'pg_hba.conf', text: 'local all all scram-sha-256\nhost all all 127.0.0.1/32 scram-sha-256\nhost all all ::1/128 scram-sha-256\n' },
    // Without a server, so that nobody can connect before the password is set. It reads one statement a line.
    { run: { argv: [place.programs.paths.postgres!, '--single', '-F', '-D', place.data, '-c', 'exit_on_error=on', 'postgres'], input: firstStatements(place) } },
    // Until here nothing had to survive anything; from here on all of it does.
    { run: { argv: [place.programs.paths.initdb!, '--sync-only', '-D', place.data] } },
  ],
  afterRestore: (place) => [{ run: { argv: [place.programs.paths.postgres!, '--single', '-D', place.data, '-c', 'exit_on_error=on', 'template1'], input: loginsAfterRestore({ user: nameOf(place, 'POSTGRES_USER'), password: place.env.POSTGRES_PASSWORD ?? '' }) } }],
  serve: ({ programs, data, port }) => ({
    argv: [programs.paths.postgres!, '-D', data, ...SETTINGS.flatMap((setting) => ['-c', setting]), '-c', `port=${port}`],
  }),
  // Fast: SIGTERM would wait until every client has gone by itself.
  stopSignal: 'SIGINT',
  async probe({ port, env }, signal) {
    const sql = postgresClient({ host: '127.0.0.1', port, user: env.POSTGRES_USER ?? 'postgres', password: env.POSTGRES_PASSWORD ?? '', database: env.POSTGRES_DB ?? env.POSTGRES_USER ?? 'postgres', max: 1, connect_timeout: 5, onnotice: () => {} })
    const end = () => void sql.end({ timeout: 0 })
    signal.addEventListener('abort', end, { once: true })
    try {
      await sql`select 1`
    } finally {
      signal.removeEventListener('abort', end)
      await sql.end({ timeout: 0 })
    }
  },
}

const SETTINGS = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=100', 'log_timezone=UTC', 'timezone=UTC']

export const postgres: EngineRecipe = {
  process,
  credentials: postgresCredentials,
  figures: postgresFigures,
  image: {
    reference: (version) => `postgres:${version}`,
    // A folder of its own inside the volume: the top of a disk is rarely empty, and the image's own place moved with version 18.
    env: { PGDATA: '/var/lib/postgresql/easel' },
    argv: ['sh', '-c', POSTGRES_START],
    knowsRestored: true,
    // By its own address: over loopback the image asks for no password, and while it sets up it listens there on nothing.
    probe: ['sh', '-c', 'PGPASSWORD="$POSTGRES_PASSWORD" PGCONNECT_TIMEOUT=5 exec psql -qtA -h "$(hostname -i | cut -d " " -f 1)" -U "${POSTGRES_USER:-postgres}" -d "${POSTGRES_DB:-${POSTGRES_USER:-postgres}}" -c "select 1"'],
  },
}

/** Sorting that does not change with the system's library, where the version knows it. */
function localeOf({ programs }: Place): string[] {
  return Number.parseInt(programs.version, 10) >= 17 ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'] : ['--locale=C']
}

function firstStatements(place: Place): string {
  const user = nameOf(place, 'POSTGRES_USER')
  const database = place.env.POSTGRES_DB ?? user
  const lines = [`alter role ${identifier(user)} password ${text(place.env.POSTGRES_PASSWORD ?? '')};`]
  if (database !== 'postgres') lines.push(`create database ${identifier(database)} owner ${identifier(user)};`)
  return `${lines.join('\n')}\n`
}

function nameOf({ env }: Place, key: string): string {
  return env[key] || 'postgres'
}
