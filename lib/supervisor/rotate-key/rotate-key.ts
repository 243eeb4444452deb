import { stat } from 'node:fs/promises'
import { join } from 'node:path'

import postgres, { type Sql } from 'postgres'

import { config } from '../../config'
import { dataPaths } from '../../provisioning/paths'
import { formatKeys, nextKey, parseKeys, type MasterKey } from '../../secrets/keys'
import { makeSeal } from '../../secrets/seal'
import { migrate } from '../migrate'
import { startServer } from '../postgres/server'
import { checkDataDir, claimDataDir } from '../preflight'
import { loadSecrets, storeEncryptionKeys } from '../secrets'
import { connected, rewrapAll, unknownColumns } from './rewrap'
import { rewrapKeptCertificates } from './rewrap-file'

// Gives the instance another key. Both keys are written down before anything is sealed with the new one, and the old one is
// forgotten only when nothing needs it any more: killed anywhere, the instance starts with both, and this goes on.

type Say = (line: string) => void

/** Rotates the instance's key while Easel is stopped. Returns the exit code. */
export async function rotateKey(root: string, say: Say = (line) => void process.stdout.write(`${line}\n`)): Promise<number> {
  const undo: (() => Promise<void>)[] = []
  try {
    await checkDataDir(config)
    undo.push(await claimDataDir(config.dataDir))
    const paths = dataPaths(config.dataDir)
    const hasDatabase = await stat(join(paths.postgres, 'PG_VERSION')).then(() => true, () => false)
    if (!hasDatabase && config.databaseUrl === undefined) throw new Error(`There is no database in ${config.dataDir} yet, so there is no key to rotate. Name the data folder with EASEL_DATA_DIR.`)
    const secrets = await loadSecrets(paths.secrets, hasDatabase)
    const url = config.databaseUrl ?? (await startOwn(paths.postgres, secrets.postgresPassword, undo))
    const sql = postgres(url, { max: 1, onnotice: () => {}, connection: { application_name: 'easel-rotate-key' } })
    undo.push(() => sql.end({ timeout: 5 }))
    await demandAlone(sql)
    await migrate(url, root)
    await demandKnown(sql)
    return config.encryptionKey === undefined ? await rotateOwn(sql, { directory: paths.secrets, certificates: paths.ingressCertificates, keys: secrets.encryptionKey }, say) : await rotateGiven(sql, { certificates: paths.ingressCertificates, keys: config.encryptionKey }, say)
  } catch (error) {
    process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  } finally {
    for (const step of undo.reverse()) await step().catch((error: Error) => say(error.message))
  }
}

/** Where the instance keeps its key itself. */
async function rotateOwn(sql: Sql, { directory, certificates, keys: text }: { directory: string; certificates: string; keys: string }, say: Say): Promise<number> {
  const former = parseKeys(text)
  const keys = former.length > 1 ? former : [nextKey(former), ...former]
  say(former.length > 1 ? `Going on with the rotation to ${keys[0]!.id} that was interrupted …` : `Rotating from ${former[0]!.id} to ${keys[0]!.id} …`)
  await storeEncryptionKeys(directory, formatKeys(keys))
  const isDone = await rewrap({ sql, certificates }, keys, say)
  if (!isDone) return 1
  await storeEncryptionKeys(directory, formatKeys(keys.slice(0, 1)))
  say(`Done: only ${keys[0]!.id} opens what is sealed from now on. Copies of the data folder made before need the key that is in them.`)
  return 0
}

/** Where the operator keeps it: they put the new one first, and take the old one away afterwards. */
async function rotateGiven(sql: Sql, { certificates, keys: text }: { certificates: string; keys: string }, say: Say): Promise<number> {
  const keys = parseKeys(text)
  const [current, ...former] = keys
  if (former.length === 0) throw new Error(`The key comes from EASEL_ENCRYPTION_KEY. Put a new one before it, EASEL_ENCRYPTION_KEY=${nextKey(keys).id}:<64 new hexadecimal digits>,${current!.id}:<the present ones>, and call this again.`)
  if (!(await rewrap({ sql, certificates }, keys, say))) return 1
  say(`Done: nothing needs ${former.map(({ id }) => id).join(', ')} any more. Take it away from EASEL_ENCRYPTION_KEY and keep ${current!.id}:….`)
  return 0
}

/** Whether nothing needs any other key any more. */
async function rewrap({ sql, certificates }: { sql: Sql; certificates: string }, keys: readonly MasterKey[], say: Say): Promise<boolean> {
  let last = ''
  const seal = makeSeal(formatKeys(keys))
  const { done, unreadable } = await rewrapAll(sql, seal, (column, count) => {
    if (column !== last) say(`  ${column}, ${count} values so far`)
    last = column
  })
  // Somebody may have started Easel in between, with the old key.
  await demandAlone(sql)
  say(`${done + (await rewrapKeptCertificates(certificates, seal))} values have been sealed with ${keys[0]!.id}.`)
  if (unreadable.length === 0) return true
  say(`${unreadable.length} values open with none of the keys: ${unreadable.slice(0, 10).join(', ')}. The old key stays. Restore or remove them, then call this again.`)
  return false
}

async function demandAlone(sql: Sql): Promise<void> {
  const others = await connected(sql)
  if (others.length > 0) throw new Error(`Easel still runs on this database (${others.join(', ')}), and would go on sealing with the old key. Stop it first: running services may stay, with EASEL_ON_EXIT=keep.`)
}

async function demandKnown(sql: Sql): Promise<void> {
  const unknown = await unknownColumns(sql)
  if (unknown.length > 0) throw new Error(`The database has sealed columns that this version does not know: ${unknown.join(', ')}. Rotate with the version of Easel that made it.`)
}

async function startOwn(directory: string, password: string, undo: (() => Promise<void>)[]): Promise<string> {
  const server = await startServer({ directory, logFile: join(config.dataDir, 'logs', 'postgres.log'), password, database: 'easel' })
  undo.push(() => server.stop())
  return server.url
}
