import { runCommand } from '../process/run-command'
import { mysqlFigures } from './figures/parts'
import { findAll, SERVER_PATH, versionOf } from './find-program'
import { mariadbCredentials } from './mariadb-credentials'
import { identifier, text } from './mariadb-text'
import type { EngineRecipe, Place, ProcessPart } from './recipe'
import { MARIADB_START } from './start-scripts'

const PROBE_MS = 30_000

const process: ProcessPart = {
  user: 'mysql',
  install: 'Install it on the machine that runs Easel (Debian and Ubuntu: apt-get install mariadb-server), or use an environment on a Docker target.',
  async find(finding) {
    const paths = findAll({ server: ['mariadbd', 'mysqld'], setUp: ['mariadb-install-db', 'mysql_install_db'], client: ['mariadb', 'mysql'] }, finding)
    const version = paths && (await versionOf([paths.server!, '--no-defaults', '--version'], /(\d+\.\d+\.\d+)-MariaDB/, finding.signal))
    return paths && version !== null ? { version, paths } : null
  },
  setUp: (place) => [
    { run: { argv: [place.programs.paths.setUp!, '--no-defaults', `--datadir=${place.data}`, `--tmpdir=${place.temporary}`, '--auth-root-authentication-method=normal', '--skip-test-db', '--skip-name-resolve'] } },
    // Without a server, so that nobody can connect before the passwords are set.
    { run: { argv: [place.programs.paths.server!, ...common(place), '--bootstrap'], input: firstStatements(place.env) } },
  ],
  afterRestore: (place) => [{ run: { argv: [place.programs.paths.server!, ...common(place), '--bootstrap'], input: firstStatements(place.env) } }],
  serve: (place) => ({ argv: [place.programs.paths.server!, ...common(place), '--bind-address=127.0.0.1', `--port=${place.port}`, '--socket=server.sock', '--pid-file=server.pid', '--skip-name-resolve'] }),
  stopSignal: 'SIGTERM',
  async probe({ port, env }, signal) {
    const client = findAll({ client: ['mariadb', 'mysql'] }, { path: SERVER_PATH })?.client
    if (client === undefined) throw new Error('The program mariadb, with which it is asked whether it is well, is not installed.')
    let last = ''
    const argv = [client, '--no-defaults', '--protocol=tcp', '--host=127.0.0.1', `--port=${port}`, `--user=${env.MARIADB_USER ?? 'root'}`, '--connect-timeout=5', '--execute=select 1', ...(env.MARIADB_DATABASE ? [env.MARIADB_DATABASE] : [])]
    const { code } = await runCommand({
      argv,
      cwd: '/',
      env: { PATH: SERVER_PATH, MYSQL_PWD: (env.MARIADB_USER ? env.MARIADB_PASSWORD : env.MARIADB_ROOT_PASSWORD) ?? '' },
      onLine: (_, text) => void (last = text),
      signal,
      timeoutMs: PROBE_MS,
    })
    if (code !== 0) throw new Error(last)
  },
}

export const mariadb: EngineRecipe = {
  process,
  credentials: mariadbCredentials,
  figures: mysqlFigures,
  image: {
    reference: (version) => `mariadb:${version}`,
    env: {},
    argv: ['sh', '-c', MARIADB_START],
    knowsRestored: true,
    probe: ['sh', '-c', 'MYSQL_PWD="$MARIADB_PASSWORD" exec mariadb --protocol=tcp -h 127.0.0.1 --connect-timeout=5 -u "$MARIADB_USER" -e "select 1" "$MARIADB_DATABASE"'],
  },
}

/** Left to itself the server would keep text as latin1, which has no emoji; the packages and the image of MariaDB say the same. */
function common({ data, temporary }: Place): string[] {
  return ['--no-defaults', `--datadir=${data}`, `--tmpdir=${temporary}`, '--character-set-server=utf8mb4']
}

/** One statement a line, as --bootstrap reads them. The tables of users are not in force there until they are asked for. */
function firstStatements(env: Place['env']): string {
  const { MARIADB_USER: user, MARIADB_DATABASE: database } = env
  const lines = ['flush privileges;', `alter user root@localhost identified by ${text(env.MARIADB_ROOT_PASSWORD ?? env.MARIADB_PASSWORD ?? '')};`]
  if (database) lines.push(`create database if not exists ${identifier(database)};`)
  // What came from a snapshot has them already, with a password of another time.
  if (user) lines.push(`create user if not exists ${text(user)}@'%';`, `alter user ${text(user)}@'%' identified by ${text(env.MARIADB_PASSWORD ?? '')};`)
  if (user && database) lines.push(`grant all on ${identifier(database)}.* to ${text(user)}@'%';`)
  return `${lines.join('\n')}\n`
}
