import postgres from 'postgres'

import { LoginRefused } from './login-refused'
import type { CredentialsPart, Door } from './recipe'
import { scramVerifier } from './scram'

// PostgreSQL knows one password per role, so two roles take turns: the one that owns everything, and one beside it that is a
// member of it and becomes it when it connects. Whoever connects as either is the owner, so everything keeps one owner, and
// nothing that was granted or set has to be moved. The login that is not in use has no password, with which nobody gets in.

const CONNECT_S = 10
const STATEMENT_MS = 20_000
/** Of a name, in bytes: longer ones are cut by the server. */
export const MAX_NAME = 63
export const SECOND = '_b'

/** Not let in (no such role, another password, no login), no such database, no such right. */
const REFUSALS = new Set(['28P01', '28000', '3D000', '42501'])

type Sql = postgres.TransactionSql | postgres.Sql

export const postgresCredentials: CredentialsPart = {
  otherPasswordKey: null,
  greet: (door, signal) => connected(door, signal, async (sql) => void (await sql`select 1`)),
  nextUser: (door, signal) =>
    connected(door, signal, async (sql) => {
      const owner = await ownerOf(sql)
      return door.login.user === owner ? secondOf(owner) : owner
    }),
  admit: (door, next, signal) =>
    connected(door, signal, async (sql) => {
      const verifier = await scramVerifier(next.password)
      await sql.begin(async (tx) => {
        const owner = await ownerOf(tx)
        if (next.user !== owner) await makeSecond(tx, owner, next.user!)
        await tx.unsafe(`alter role ${identifier(next.user!)} login password ${text(verifier)}`)
      })
    }),
  revoke: (door, gone, _, signal) =>
    connected(door, signal, async (sql) => {
      const [there] = await sql`select 1 from pg_roles where rolname = ${gone.user}`
      if (!there) return
      await sql.unsafe(`alter role ${identifier(gone.user!)} password null`)
      await sql`select pg_terminate_backend(pid) from pg_stat_activity where usename = ${gone.user} and pid <> pg_backend_pid()`
      // What was made by a client that went back to the role it had connected as.
      if (gone.user !== (await ownerOf(sql))) await sql.unsafe(`reassign owned by ${identifier(gone.user!)} to ${identifier(await ownerOf(sql))}`)
    }),
}

/** Who the login is once it has connected: the role that owns everything. */
async function ownerOf(sql: Sql): Promise<string> {
  const [row] = await sql<{ owner: string }[]>`select current_user as owner`
  return row!.owner
}

/** What stands for a login may not end in the midst of a character. */
function secondOf(owner: string): string {
  let base = owner
  while (Buffer.byteLength(base + SECOND) > MAX_NAME) base = [...base].slice(0, -1).join('')
  return base + SECOND
}

/** What the second role is known by. */
export const MARK = 'The second login of a database of Easel.'

/** A role that may do what the owner may, also after a client has gone back to it, and has the settings of the owner. */
async function makeSecond(tx: Sql, owner: string, second: string): Promise<void> {
  const [present] = await tx<{ mark: string | null }[]>`select shobj_description(oid, 'pg_authid') as mark from pg_roles where rolname = ${second}`
  if (present && present.mark !== MARK) throw new Error(`There is a role ${second} already, which is not of Easel. Rename it, then try again.`)
  if (!present) {
    await tx.unsafe(`create role ${identifier(second)}`)
    await tx.unsafe(`comment on role ${identifier(second)} is ${text(MARK)}`)
  }
  const [is] = await tx<Record<'super' | 'createdb' | 'createrole' | 'replication' | 'bypassrls', boolean>[]>`
    select rolsuper as super, rolcreatedb as createdb, rolcreaterole as createrole, rolreplication as replication, rolbypassrls as bypassrls from pg_roles where rolname = ${owner}`
  const words = Object.entries({ superuser: is!.super, createdb: is!.createdb, createrole: is!.createrole, replication: is!.replication, bypassrls: is!.bypassrls }).map(([word, has]) => (has ? word : `no${word}`))
  await tx.unsafe(`alter role ${identifier(second)} inherit ${words.join(' ')}`)
  await tx.unsafe(`grant ${identifier(owner)} to ${identifier(second)}`)
  await takeSettings(tx, owner, second)
  await tx.unsafe(`alter role ${identifier(second)} set role = ${text(owner)}`)
}

/** Settings of a role count for whoever connects as it. They are taken over as the server understands them, not as text. */
async function takeSettings(tx: Sql, owner: string, second: string): Promise<void> {
  const settings = await tx<{ database: string | null; setting: string }[]>`
    select d.datname as database, unnest(s.setconfig) as setting
    from pg_db_role_setting s join pg_roles r on r.oid = s.setrole left join pg_database d on d.oid = s.setdatabase where r.rolname = ${owner}`
  await tx.unsafe(`alter role ${identifier(second)} reset all`)
  for (const { database, setting } of settings) {
    const at = setting.indexOf('=')
    const name = setting.slice(0, at)
    if (name === 'role') continue
    await tx`select set_config(${name}, ${setting.slice(at + 1)}, true)`
    const where = database === null ? '' : ` in database ${identifier(database)}`
    await tx.unsafe(`alter role ${identifier(second)}${where} set ${name.split('.').map(identifier).join('.')} from current`)
  }
}

async function connected<T>({ host, port, database, login }: Door, signal: AbortSignal, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  signal.throwIfAborted()
  const sql = postgres({ host, port, user: login.user ?? 'postgres', password: login.password, database: database ?? login.user ?? 'postgres', max: 1, connect_timeout: CONNECT_S, onnotice: () => {}, connection: { application_name: 'easel', statement_timeout: STATEMENT_MS } })
  const end = () => void sql.end({ timeout: 0 })
  signal.addEventListener('abort', end, { once: true })
  try {
    return await work(sql)
  } catch (error) {
    throw REFUSALS.has((error as { code?: string }).code ?? '') ? new LoginRefused(`PostgreSQL says: ${(error as Error).message}.`, { cause: error }) : error
  } finally {
    signal.removeEventListener('abort', end)
    await sql.end({ timeout: 1 })
  }
}

/** A name as statements have it. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A text as statements have it. */
export function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`
}
