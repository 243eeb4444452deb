import { basename } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

import { AppError } from '../../../errors'
import { openPipe } from '../../process/open-pipe'
import { findAll, SERVER_PATH } from '../find-program'
import { foundWords, type EngineCopy, type Running } from './copy'

// MariaDB is copied as statements, by its own program: all of its databases in one transaction, which sees one moment of
// every table that knows transactions, then the users and roles that were made in it. A fresh server reads them in.

const CLIENT = ['mariadb', 'mysql']
const DUMP = ['mariadb-dump', 'mysqldump']
/** Those of the server itself. */
const SYSTEM = ['mysql', 'sys', 'information_schema', 'performance_schema']

export const mariadbCopy: EngineCopy = {
  format: 'sql',
  async copy(running, signal) {
    const { dump, client } = demandPrograms({ dump: DUMP, client: CLIENT })
    const everything = ['--all-databases', ...SYSTEM.map((name) => `--ignore-database=${name}`), '--single-transaction', '--quick', '--routines', '--triggers', '--events', '--hex-blob', '--default-character-set=utf8mb4']
    const parts = [() => printed([dump!, ...reach(), ...everything], running, signal), () => Readable.from(people(client!, running, signal))]
    return Readable.from(oneAfterTheOther(parts), { objectMode: false, highWaterMark: 1024 * 1024 })
  },
  async prove(running, signal) {
    const program = demandPrograms({ client: CLIENT }).client!
    const ask = (statement: string) => linesOf(printed([program, ...reach(), '--batch', '--raw', '--skip-column-names', `--execute=${statement}`], running, signal))
    const tables = await ask(`select concat('\`', replace(table_schema, '\`', '\`\`'), '\`.\`', replace(table_name, '\`', '\`\`'), '\`') from information_schema.tables where table_type = 'BASE TABLE' and table_schema not in (${SYSTEM.map((name) => `'${name}'`).join(', ')})`)
    let rows = 0
    for (const table of tables) rows += Number((await ask(`select count(*) from ${table}`))[0])
    return foundWords(tables.length, rows)
  },
  restore: {
    by: 'server',
    async load(running, content, signal) {
      const argv = [demandPrograms({ client: CLIENT }).client!, ...reach(), '--default-character-set=utf8mb4', '--max-allowed-packet=1G', '--batch']
      await new Promise<void>((resolve, reject) => {
        const client = openPipe({ argv, ...surroundings(running), onExit: ({ code, complaint }) => (code === 0 ? resolve() : reject(new AppError('invalid_input', `The snapshot could not be read in. ${lastLine(complaint)}`))) })
        client.resume()
        pipeline(content, client, { signal }).catch((cause: NodeJS.ErrnoException) => {
          client.destroy()
          if (cause.code !== 'EPIPE') reject(cause)
        })
      })
    },
  },
}

/** By its socket, which is in its folder, and as the one who may do everything. */
function reach(): string[] {
  return ['--no-defaults', '--protocol=socket', '--socket=server.sock', '--user=root']
}

function surroundings({ data, env }: Running): { cwd: string; env: Record<string, string> } {
  return { cwd: data, env: { PATH: SERVER_PATH, LC_ALL: 'C.UTF-8', MYSQL_PWD: env.MARIADB_ROOT_PASSWORD ?? env.MARIADB_PASSWORD ?? '' } }
}

/** What a program prints, as bytes; an error when it did not end well. */
function printed(argv: string[], running: Running, signal: AbortSignal): Readable {
  const program = openPipe({
    argv,
    ...surroundings(running),
    onExit: ({ code, complaint }) => {
      if (code !== 0) program.destroy(new AppError('unavailable', `${basename(argv[0]!)} could not copy the database. ${lastLine(complaint)}`))
    },
  })
  program.end()
  const end = () => program.destroy()
  signal.addEventListener('abort', end, { once: true })
  program.once('close', () => signal.removeEventListener('abort', end))
  return program
}

/** By address: a server that resolves no names takes nobody by one. */
const PEOPLE = `select concat('role ', quote(user)) from mysql.global_priv where host = '' and user not in ('', 'PUBLIC')
  union all select concat('user ', quote(user), '@', quote(host)) from mysql.global_priv where user not in ('', 'root', 'mysql', 'mariadb.sys') and (host = 'localhost' or host regexp '^[0-9a-f.:%_/]+$')`

/** Roles and users that were made in it, with what they may do. One that a fresh server makes by itself keeps its new password. */
async function* people(client: string, running: Running, signal: AbortSignal): AsyncGenerator<Buffer> {
  const ask = (statement: string) => linesOf(printed([client, ...reach(), '--batch', '--raw', '--skip-column-names', `--execute=${statement}`], running, signal))
  const found = (await ask(PEOPLE)).map((line) => ({ kind: line.slice(0, 4), name: line.slice(5) }))
  for (const { kind, name } of found) {
    const [made = ''] = kind === 'role' ? [`CREATE ROLE IF NOT EXISTS ${name}`] : await ask(`show create user ${name}`)
    yield Buffer.from(`${made.replace(/^CREATE USER /, 'CREATE USER IF NOT EXISTS ')};\n`)
  }
  for (const { name } of found) {
    for (const grant of await ask(`show grants for ${name}`)) yield Buffer.from(`${grant.replace(/ IDENTIFIED (BY PASSWORD '[^']*'|VIA .*?)(?= REQUIRE | WITH |$)/, '')};\n`)
  }
}

async function linesOf(output: Readable): Promise<string[]> {
  return Buffer.concat((await output.toArray()) as Buffer[]).toString().split('\n').filter((line) => line !== '')
}

async function* oneAfterTheOther(parts: readonly (() => Readable)[]): AsyncGenerator<Buffer> {
  for (const part of parts) yield* part() as AsyncIterable<Buffer>
}

function demandPrograms(names: Record<string, string[]>): Record<string, string> {
  const found = findAll(names, { path: SERVER_PATH })
  if (!found) throw new AppError('unavailable', `The program ${Object.values(names)[0]![0]!} is not installed on this machine. Install the client of MariaDB there (Debian and Ubuntu: apt-get install mariadb-client).`)
  return found
}

function lastLine(text: string): string {
  return text.split('\n').filter((line) => line !== '').at(-1) ?? 'It gave no reason.'
}
