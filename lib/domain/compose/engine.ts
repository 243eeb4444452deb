import { ENGINES, isVersion, type EngineName } from '../engine/engines'
import { parseReference } from '../image-reference'
import type { Environment } from './environment'
import { complain, listed, shown, tell, type Findings, type Place } from './value'

// Images that are databases become managed ones, which have their version, their credentials and a volume.

/** Repositories of images, wherever they are mirrored. */
const OFFICIAL: Record<string, EngineName> = { 'library/postgres': 'postgres', 'library/mysql': 'mysql', 'library/mariadb': 'mariadb', 'library/redis': 'redis', 'valkey/valkey': 'valkey', 'library/mongo': 'mongodb' }

export type Offer = { engine: EngineName; versions: readonly string[]; missing: string | null }
/** Of the target that the file is drawn for. */
export type Here = { runsImages: boolean; offers: readonly Offer[] }

/** Which engine an image is of; null when it is none, or made differently. */
export function engineOf(reference: string): EngineName | null {
  const { repository } = parseReference(reference)
  return Object.entries(OFFICIAL).find(([name]) => repository === name || repository.endsWith(`/${name}`))?.[1] ?? null
}

/** The version that a database is drawn with; null with a problem where there is none. */
export function versionOf(findings: Findings, { engine, reference, at }: { engine: EngineName; reference: string; at: Place }, here: Here): string | null {
  const { tag } = parseReference(reference)
  const wanted = /^(\d{1,4}(?:\.\d{1,4}){0,2})(?![\d.])/.exec(tag ?? '')?.[1] ?? null
  const offer = here.offers.find((each) => each.engine === engine)
  const newest = offer?.versions[0]
  if (!offer || newest === undefined) {
    complain(findings, at, offer?.missing ?? `${ENGINES[engine].word} cannot be had in this environment.`)
    return null
  }
  const word = ENGINES[engine].word
  if (wanted === null) {
    tell(findings, at, `The image ${shown(reference)} names no version: it becomes ${word} ${newest}.`)
    return newest
  }
  const fitting = offer.versions.find((offered) => isVersion(wanted, offered))
  if (fitting !== undefined) return fitting
  if (here.runsImages) return wanted
  if (!offer.versions.some((offered) => isVersion(offered, wanted))) tell(findings, at, `It is ${word} ${wanted} in the file, and the machine of this environment has ${listed(offer.versions)}: it becomes ${word} ${newest}.`)
  return newest
}

/** What the variables of images are called here, by what they are called there. */
const RENAMED: Partial<Record<EngineName, Record<string, string>>> = {
  mariadb: { MYSQL_USER: 'MARIADB_USER', MYSQL_PASSWORD: 'MARIADB_PASSWORD', MYSQL_DATABASE: 'MARIADB_DATABASE', MYSQL_ROOT_PASSWORD: 'MARIADB_ROOT_PASSWORD' },
}

/** By key; null: a random password. */
export type Credentials = Record<string, string | null>

/** The credentials of a database; `written`: what the file means by each, whether it can be had or not. */
export type Access = { credentials: Credentials; written: Readonly<Record<string, string>> }

/** What can stand in an address as it is. */
const SAFE = /^[A-Za-z0-9._~-]+$/

/** The credentials of a database, with what its image does where the file says nothing; `password`: of its command. */
export function accessOf(findings: Findings, engine: EngineName, { environment, password }: { environment: Environment; password: string | null }): Access {
  const { variables, login, urlKey } = ENGINES[engine]
  const given = givenTo(findings, engine, environment)
  if (password !== null && !given.has(login.password)) given.set(login.password, { at: null, value: password })
  const written: Record<string, string> = { ...usual(engine, given) }
  for (const [key, { value }] of given) written[key] = value
  const credentials: Credentials = {}
  for (const variable of variables) {
    const wanted = variable.key === urlKey ? undefined : written[variable.key]
    const isSafe = wanted === undefined || SAFE.test(wanted)
    if (!isSafe) tell(findings, given.get(variable.key)?.at ?? null, `Its ${variable.key} has characters that no address can have, so ${'password' in variable ? 'a random one' : 'another one'} is used. Services that refer to it get that one.`)
    credentials[variable.key] = wanted !== undefined && isSafe ? wanted : 'value' in variable ? variable.value : null
  }
  return { credentials, written }
}

type Given = Map<string, { at: Place | null; value: string }>

function givenTo(findings: Findings, engine: EngineName, environment: Environment): Given {
  const { variables, urlKey } = ENGINES[engine]
  const given: Given = new Map()
  const strange: string[] = []
  for (const [key, entry] of environment) {
    const name = RENAMED[engine]?.[key] ?? key
    if (name === urlKey || !variables.some((variable) => variable.key === name)) strange.push(key)
    else if (entry.value !== '') given.set(name, entry)
  }
  if (strange.length > 0) tell(findings, environment.get(strange[0]!)!.at, `Of its variables ${listed(strange)} ${strange.length === 1 ? 'is' : 'are'} left out: a database is set up with its user, its password and its name alone.`)
  return given
}

/** What images do where nothing is said: PostgreSQL's is called after its user. */
function usual(engine: EngineName, given: Given): Record<string, string> {
  if (engine !== 'postgres') return {}
  const user = given.get('POSTGRES_USER')?.value ?? 'postgres'
  return { POSTGRES_USER: user, POSTGRES_DB: user }
}
