import { ENGINES, type EngineName } from '../engine/engines'
import { formatReference } from '../reference'
import type { Url } from './hosts'
import type { Draft } from './service'

/** The schemes for which the address of a database stands as a whole. */
const WHOLE: Record<EngineName, readonly string[]> = { postgres: ['postgres', 'postgresql'], mysql: ['mysql'], mariadb: ['mysql'], redis: ['redis'], valkey: ['redis'], mongodb: ['mongodb'] }

type Part = { text: string; /** Whether it is what the address of the database has. */ isOwn: boolean }

/** The address of a database as references: as a whole where it is the same, else in its parts. `note` is told what stays. */
export function databaseAddress(url: Url, database: Draft, note: (message: string) => void): string {
  const engine = database.engine!
  const { port, urlKey } = ENGINES[engine]
  const user = userPart(url, database, note)
  const at = url.port === '' || Number(url.port) === port ? formatReference(database.key, 'PORT') : url.port
  if (at === url.port) note(`${database.key} listens on port ${port} here, and the address says ${url.port}. It stays as it is; correct it.`)
  const name = namePart(url, database)
  const query = engine === 'mongodb' && url.user === '' && url.query === '' ? '?authSource=admin' : url.query
  const isWhole = user.isOwn && name.isOwn && at !== url.port && WHOLE[engine].includes(url.scheme) && (query === '' || (engine === 'mongodb' && query === '?authSource=admin'))
  if (isWhole) return formatReference(database.key, urlKey)
  return `${url.scheme}://${user.text}${formatReference(database.key, 'HOST')}:${at}${name.text || (query === '' ? '' : '/')}${query}`
}

function userPart({ user: written }: Url, database: Draft, note: (message: string) => void): Part {
  const { key, engine } = database
  const { credentials, written: meant } = database.access
  const { login } = ENGINES[engine!]
  const reference = (name: string) => formatReference(key, name)
  const isStore = engine === 'redis' || engine === 'valkey'
  const own = isStore ? `default:${reference(login.password)}@` : `${reference(login.user!)}:${reference(login.password)}@`
  if (written === '') {
    // Without a password in the file, there is one here all the same.
    if (isStore || engine === 'mongodb') return { text: own, isOwn: true }
    return { text: '', isOwn: false }
  }
  const colon = written.indexOf(':')
  const name = decoded(colon === -1 ? written : written.slice(0, colon))
  const password = colon === -1 ? null : decoded(written.slice(colon + 1))
  const isPassword = (of: string) => password !== null && (meant[of] === undefined ? credentials[of] === null : meant[of] === password)
  const isUser = isStore ? name === '' || name === 'default' : name === (meant[login.user!] ?? credentials[login.user!])
  if (isUser && isPassword(login.password)) return { text: own, isOwn: true }
  const root = Object.keys(credentials).find((each) => each.endsWith('_ROOT_PASSWORD'))
  if (root !== undefined && name === 'root' && isPassword(root)) return { text: `root:${reference(root)}@`, isOwn: false }
  if (isUser && password === null && !isStore) return { text: `${reference(login.user!)}@`, isOwn: false }
  note(`its user ${name || 'without a name'} and password are not those that ${key} is set up with. They stay as they are; make sure that they are valid there.`)
  return { text: `${written}@`, isOwn: false }
}

function namePart({ path }: Url, { key, engine, access }: Draft): Part {
  const { database } = ENGINES[engine!].login
  const name = path.replace(/^\//, '')
  if (database === null) return { text: path, isOwn: engine === 'mongodb' ? name === 'app' : name === '' }
  if (name !== '' && name === (access.written[database] ?? access.credentials[database])) return { text: `/${formatReference(key, database)}`, isOwn: true }
  return { text: path, isOwn: false }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
