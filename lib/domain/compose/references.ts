import { formatReference } from '../reference'
import { databaseAddress } from './database-address'
import type { Here } from './engine'
import { HOST_PORTS, hostPorts, URLS, urlIn } from './hosts'
import type { Draft } from './service'
import { companion } from './companion'
import { listed, shown, tell, type Findings } from './value'

// What one service says of another, by its name within a value, becomes a reference: it stays true when a name or a password
// changes. Only where it is certain what is meant; a word that happens to be a name stays a word.

export type Variable = { value: string; secret: boolean }
export type Village = { findings: Findings; here: Here; /** By every name they are reached by. */ byName: ReadonlyMap<string, Draft> }

/** All names that services of a file are reached by; a name that two have is nobody's. */
export function namesOf(drafts: readonly Draft[]): Map<string, Draft> {
  const byName = new Map<string, Draft>(drafts.map((draft) => [draft.key, draft]))
  const seen = new Set<string>()
  for (const draft of drafts) {
    for (const alias of new Set(draft.aliases)) {
      if (byName.get(alias)?.key === alias) continue
      if (seen.has(alias) && byName.get(alias) !== draft) byName.delete(alias)
      else byName.set(alias, draft)
      seen.add(alias)
    }
  }
  return byName
}

/** The variables of a service with references in them. */
export function referring(village: Village, draft: Draft): Record<string, Variable> {
  // Their passwords and ports are in variables of their own.
  const byHost = new Set<Draft>()
  const values = new Map<string, string>()
  for (const [key, { value }] of draft.environment) values.set(key, rewritten(village, { key, value: literal(value), draft, byHost }))
  for (const [key, { value }] of draft.environment) {
    const found = values.get(key) === literal(value) ? companion(key, value, byHost) : null
    if (found !== null) values.set(key, found)
  }
  // Where a value is missing yet, it is not known what is meant.
  if (village.findings.problems.length === 0) tellPasswords(village.findings, byHost, values)
  return Object.fromEntries([...values].map(([key, value]) => [key, { value, secret: isSecret(key, value) }]))
}

/** `${{` in a file is text. */
function literal(value: string): string {
  return value.replaceAll('${{', '${{"${{"}}')
}

type Rewriting = { key: string; value: string; draft: Draft; byHost: Set<Draft> }

function rewritten({ findings, here, byName }: Village, { key, value, draft, byHost }: Rewriting): string {
  const at = draft.environment.get(key)?.at ?? null
  const only = byName.get(value)
  if (only) {
    if (/HOST|SERVER|ADDR|ENDPOINT|BROKER/i.test(key)) {
      if (only.engine !== null) byHost.add(only)
      return formatReference(only.key, 'HOST')
    }
    if (only !== draft) tell(findings, at, `${key} is ${shown(value)}, which is also the name of a service. It stays as it is; if the service is meant, refer to it.`)
    return value
  }
  if (HOST_PORTS.test(value)) {
    return hostPorts(value, ({ host, port }) => {
      const other = byName.get(host)
      if (!other) return null
      if (other.engine !== null) byHost.add(other)
      return `${formatReference(other.key, 'HOST')}:${portOf(other, port)}`
    })
  }
  return value.replace(URLS, (text, ...groups) => {
    const url = urlIn(groups as string[])
    const other = byName.get(url.host)
    if (!other) return text
    if (other.engine !== null) return databaseAddress(url, other, (message) => tell(findings, at, `${key}: ${message}`))
    return serviceAddress(url, other, here)
  })
}

/** The port of a service where it is the one it listens on; another one stays a number. */
function portOf({ key, port, engine }: Draft, written: string): string {
  return engine !== null || port === Number(written) ? formatReference(key, 'PORT') : written
}

function serviceAddress({ scheme, user, port, tail }: ReturnType<typeof urlIn>, other: Draft, { runsImages }: Here): string {
  const isUsual = port === '' && (!runsImages || (scheme === 'http' && other.port === 80))
  const isListening = isUsual || (port !== '' && Number(port) === other.port)
  if (isListening && scheme === 'http' && user === '') return `${formatReference(other.key, 'URL')}${tail}`
  const after = isListening ? `:${formatReference(other.key, 'PORT')}` : port === '' ? '' : `:${port}`
  return `${scheme}://${user === '' ? '' : `${user}@`}${formatReference(other.key, 'HOST')}${after}${tail}`
}

/** What had none in the file has a password here, which has to be told to whoever connects. */
function tellPasswords(findings: Findings, byHost: ReadonlySet<Draft>, values: ReadonlyMap<string, string>): void {
  for (const { key, engine, access } of byHost) {
    const password = engine && PASSWORDS.find((name) => Object.hasOwn(access.credentials, name))
    if (!password || access.written[password] !== undefined) continue
    const reference = formatReference(key, password)
    if (![...values.values()].some((value) => value.includes(reference))) tell(findings, null, `It connects to ${key} without a password, and ${key} has one here. Give it as ${reference}.`)
  }
}

const PASSWORDS = ['POSTGRES_PASSWORD', 'MYSQL_PASSWORD', 'MARIADB_PASSWORD', 'REDIS_PASSWORD', 'VALKEY_PASSWORD', 'MONGO_INITDB_ROOT_PASSWORD']

const SECRET_KEY = /PASS|SECRET|TOKEN|PRIVATE|CREDENTIAL|API_?KEY|_KEY$|^KEY$|_AUTH$|DSN/i

/** Whether a value is kept hidden: by what it is called, or because an address in it has a password. One that only refers to others is not. */
export function isSecret(key: string, value: string): boolean {
  const own = value.replace(/\$\{\{[^}]*\}\}/g, '')
  if (own === '' && value !== '') return false
  return SECRET_KEY.test(key) || /:\/\/[^\s/@]{0,500}:[^\s/@]{1,500}@/.test(own)
}

/** Services that one starts after in the file, and does not refer to. */
export function tellOrder(findings: Findings, draft: Draft, variables: Readonly<Record<string, Variable>>): void {
  const all = Object.values(variables).map(({ value }) => value).join(' ')
  const others = [...new Set(draft.dependsOn)].filter((key) => ![`{{${key}.`, `{{"${key}".`].some((text) => all.includes(text)))
  if (others.length > 0) tell(findings, null, `It is not kept waiting for ${listed(others)}: what is deployed together starts after what its variables refer to.`)
}
