import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'

import { createConnection } from 'mysql2/promise'
import postgres from 'postgres'

import type { EngineName } from '../../lib/domain/engine/engines'
import type { Running } from '../../lib/provisioning/database/copy/copy'
import { findAll, SERVER_PATH } from '../../lib/provisioning/database/find-program'

// Accounts between which money is moved without end. Whatever moment one looks at, the total is the same, and as many moves
// are written down as their counter says: a copy that is of two moments is seen by that.

export const ACCOUNTS = 200
const EACH = 1_000
export const TOTAL = ACCOUNTS * EACH

/** On this machine, unless it has an address of its own. */
export type At = Running & { host?: string }

export type Ledger = {
  setUp(at: At): Promise<void>
  /** Moves money until it is aborted. */
  move(at: At, signal: AbortSignal): Promise<void>
  look(at: At): Promise<{ total: number; moves: number; counted: number }>
}

const any = () => 1 + Math.floor(Math.random() * ACCOUNTS)

/** Two accounts, always taken in their order, so that no two moves wait for each other. */
function pair(): [number, number] {
  const [one, other] = [any(), any()]
  return one < other ? [one, other] : [other, one]
}

const postgresLedger: Ledger = {
  async setUp(at) {
    const sql = client(at)
    await sql`create table account (id int primary key, balance int not null, filler text not null)`
    await sql`insert into account select n, ${EACH}, repeat(md5(n::text), 200) from generate_series(1, ${ACCOUNTS}) n`
    await sql`create table ballast as select n, md5(n::text) as text from generate_series(1, 200000) n`
    await sql`create table move (id bigserial primary key)`
    await sql`create table counter (n bigint not null)`
    await sql`insert into counter values (0)`
    await sql.end()
  },
  async move(at, signal) {
    const sql = client(at)
    while (!signal.aborted) {
      const amount = any()
      const [from, to] = pair()
      await sql.begin(async (tx) => {
        await tx`update account set balance = balance - ${amount} where id = ${from}`
        await tx`insert into move default values`
        await tx`update account set balance = balance + ${amount} where id = ${to}`
        await tx`update counter set n = n + 1`
      })
    }
    await sql.end()
  },
  async look(at) {
    const sql = client(at)
    const [row] = await sql`select (select sum(balance) from account)::int as total, (select count(*) from move)::int as moves, (select n from counter)::int as counted`
    await sql.end()
    return row as unknown as { total: number; moves: number; counted: number }
  },
}

function client({ host = '127.0.0.1', port, env }: At) {
  return postgres({ host, port, user: env.POSTGRES_USER!, password: env.POSTGRES_PASSWORD!, database: env.POSTGRES_DB!, max: 1, onnotice: () => {} })
}

const mariadbLedger: Ledger = {
  async setUp(at) {
    await mariadb(at, [
      'create table account (id int primary key, balance int not null, filler text not null) engine=innodb;',
      `insert into account select seq, ${EACH}, repeat(md5(seq), 200) from seq_1_to_${ACCOUNTS};`,
      'create table ballast engine=innodb as select seq as n, md5(seq) as text from seq_1_to_200000;',
      'create table move (id bigint primary key auto_increment) engine=innodb;',
      'create table counter (n bigint not null) engine=innodb;',
      'insert into counter values (0);',
    ])
  },
  async move(at, signal) {
    await mariadb(at, function* () {
      while (!signal.aborted) {
        const amount = any()
        const [from, to] = pair()
        yield `start transaction; update account set balance = balance - ${amount} where id = ${from}; insert into move values (); update account set balance = balance + ${amount} where id = ${to}; update counter set n = n + 1; commit;`
      }
    })
  },
  async look(at) {
    const [line = ''] = (await mariadb(at, ['select (select sum(balance) from account), (select count(*) from move), (select n from counter);'])).trim().split('\n')
    const [total, moves, counted] = line.split('\t').map(Number)
    return { total: total!, moves: moves!, counted: counted! }
  },
}

/** What the client of MariaDB prints for statements, which it is given as it takes them. */
export function mariadb({ host = '127.0.0.1', port, env }: At, statements: Iterable<string> | (() => Iterable<string>)): Promise<string> {
  return talk(['--protocol=tcp', `--host=${host}`, `--port=${port}`, `--user=${env.MARIADB_USER}`, env.MARIADB_DATABASE!], { cwd: '/', password: env.MARIADB_PASSWORD! }, statements)
}

/** The same as the one who may do everything. */
export function mariadbAsRoot({ data, env }: Running, statements: Iterable<string>): Promise<string> {
  return talk(['--protocol=socket', '--socket=server.sock', '--user=root', env.MARIADB_DATABASE!], { cwd: data, password: env.MARIADB_ROOT_PASSWORD! }, statements)
}

async function talk(reach: string[], { cwd, password }: { cwd: string; password: string }, statements: Iterable<string> | (() => Iterable<string>)): Promise<string> {
  const program = findAll({ client: ['mariadb', 'mysql'] }, { path: SERVER_PATH })!.client!
  const child = spawn(program, ['--no-defaults', '--batch', '--skip-column-names', '--unbuffered', ...reach], { cwd, env: { PATH: SERVER_PATH, MYSQL_PWD: password } as unknown as NodeJS.ProcessEnv })
  let printed = ''
  let complaint = ''
  child.stdout.on('data', (chunk) => (printed += chunk))
  child.stderr.on('data', (chunk) => (complaint += chunk))
  const ended = once(child, 'close')
  for (const statement of typeof statements === 'function' ? statements() : statements) if (!child.stdin.write(`${statement}\n`)) await once(child.stdin, 'drain')
  child.stdin.end()
  const [code] = (await ended) as [number]
  if (code !== 0) throw new Error(complaint)
  return printed
}

const numbers = (last: number) => `with recursive seq (n) as (select 1 union all select n + 1 from seq where n < ${last})`

const mysqlLedger: Ledger = {
  async setUp(at) {
    const connection = await connectMysql(at)
    await connection.query('set session cte_max_recursion_depth = 300000')
    await connection.query('create table account (id int primary key, balance int not null, filler text not null)')
    await connection.query(`insert into account ${numbers(ACCOUNTS)} select n, ${EACH}, repeat(sha2(n, 256), 100) from seq`)
    await connection.query(`create table ballast as ${numbers(200_000)} select n, sha2(n, 256) as text from seq`)
    await connection.query('create table move (id bigint primary key auto_increment)')
    await connection.query('create table counter (n bigint not null)')
    await connection.query('insert into counter values (0)')
    await connection.end()
  },
  async move(at, signal) {
    const connection = await connectMysql(at)
    while (!signal.aborted) {
      const amount = any()
      const [from, to] = pair()
      await connection.beginTransaction()
      await connection.query('update account set balance = balance - ? where id = ?', [amount, from])
      await connection.query('insert into move values ()')
      await connection.query('update account set balance = balance + ? where id = ?', [amount, to])
      await connection.query('update counter set n = n + 1')
      await connection.commit()
    }
    await connection.end()
  },
  async look(at) {
    const connection = await connectMysql(at)
    const [[row]] = (await connection.query('select (select sum(balance) from account) as total, (select count(*) from move) as moves, (select n from counter) as counted')) as unknown as [[Record<string, unknown>]]
    await connection.end()
    return { total: Number(row.total), moves: Number(row.moves), counted: Number(row.counted) }
  },
}

function connectMysql({ host = '127.0.0.1', port, env }: At) {
  return createConnection({ host, port, user: env.MYSQL_USER!, password: env.MYSQL_PASSWORD!, database: env.MYSQL_DATABASE! })
}

const redisLedger: Ledger = {
  async setUp(at) {
    const redis = await connectRedis(at)
    for (let id = 1; id <= ACCOUNTS; id++) await redis.ask('SET', `account:${id}`, String(EACH))
    for (let part = 0; part < 50; part++) await redis.ask('MSET', ...Array.from({ length: 1_000 }, (_, n) => [`ballast:${part}:${n}`, 'x'.repeat(100)]).flat())
    redis.end()
  },
  async move(at, signal) {
    const redis = await connectRedis(at)
    while (!signal.aborted) {
      const amount = String(any())
      await redis.ask('MULTI')
      await redis.ask('DECRBY', `account:${any()}`, amount)
      await redis.ask('RPUSH', 'move', '1')
      await redis.ask('INCRBY', `account:${any()}`, amount)
      await redis.ask('INCR', 'counter')
      await redis.ask('EXEC')
    }
    redis.end()
  },
  async look(at) {
    const redis = await connectRedis(at)
    const total = await redis.ask('EVAL', `local t = 0 for n = 1, ${ACCOUNTS} do t = t + tonumber(redis.call('GET', 'account:' .. n)) end return t`, '0')
    const moves = await redis.ask('LLEN', 'move')
    const counted = await redis.ask('EVAL', `return tonumber(redis.call('GET', 'counter') or '0')`, '0')
    redis.end()
    const number = (text: string) => Number(text.slice(1))
    return { total: number(total), moves: number(moves), counted: number(counted) }
  },
}

/** Asks one thing after the other; the answer's first line is enough of it. */
async function connectRedis({ host = '127.0.0.1', port, env }: At) {
  const socket = connect({ host, port }).setEncoding('latin1')
  await once(socket, 'connect')
  const ask = async (...words: string[]): Promise<string> => {
    socket.write(`*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`)
    let answer = ''
    for (;;) {
      answer += ((await once(socket, 'data')) as [string])[0]
      // An answer with several parts is that of EXEC, with four numbers.
      const wanted = answer.startsWith('*') ? Number(/^\*(\d+)/.exec(answer)![1]) + 1 : 1
      if (answer.split('\r\n').length > wanted) break
    }
    if (answer.startsWith('-')) throw new Error(answer)
    return answer.split('\r\n')[0]!
  }
  await ask('AUTH', env.REDIS_PASSWORD!)
  return { ask, end: () => socket.destroy() }
}

export const LEDGERS: Partial<Record<EngineName, Ledger>> = { postgres: postgresLedger, mariadb: mariadbLedger, mysql: mysqlLedger, redis: redisLedger }

/** Variables of a database, with passwords that another one does not have. */
export function variablesOf(engine: EngineName, word: string): Record<string, string> {
  const password = `${word}-pass'word`
  if (engine === 'postgres') return { POSTGRES_USER: 'app', POSTGRES_PASSWORD: password, POSTGRES_DB: 'app' }
  if (engine === 'mariadb') return { MARIADB_USER: 'app', MARIADB_PASSWORD: password, MARIADB_DATABASE: 'app', MARIADB_ROOT_PASSWORD: `root-${password}` }
  return { REDIS_PASSWORD: password }
}
