import { HealthSettings, ServiceSettings } from '../../contract/service-settings'
import type { Source } from '../../contract/source'
import type { EngineName } from '../engine/engines'
import { referenceComplaint } from '../image-reference'
import { readBuild, type Repository } from './build'
import { lineIn, wordsIn } from './command'
import { accessOf, engineOf, versionOf, type Access, type Here } from './engine'
import { readEnvironment, type Environment } from './environment'
import { readHealth } from './health'
import type { Asking } from './interpolate'
import { tellOthers } from './known'
import { readMounts, type Mount } from './mounts'
import { readPorts } from './ports'
import { readResources, type Settings } from './resources'
import { complain, entriesOf, listed, shown, tell, textOf, textsOf, type Entries, type Findings, type Place, type Value } from './value'

/** A service as it is read by itself, before it is known what it says of the others. */
export type Draft = {
  key: string
  at: Place
  /** Null: it is built from a repository that is not known yet. */
  source: Source | null
  engine: EngineName | null
  settings: Settings
  environment: Environment
  /** Of a database. */
  access: Access
  mounts: Mount[]
  /** Other names that services of the file reach it by. */
  aliases: string[]
  dependsOn: string[]
  /** The port it listens on, where the file says so. */
  port: number | null
  isPublished: boolean
}

export type Circumstances = { findings: Findings; asking: Asking; here: Here; repository: Repository | null }

/** One service of the file; null with a problem when it cannot be drawn. */
export function readService(circumstances: Circumstances, key: string, { at, value }: { at: Place; value: Value }): Draft | null {
  const { findings, asking } = circumstances
  const entries = entriesOf(findings, value, key)
  if (!entries) return null
  const source = readSource(circumstances, entries, at)
  if (source === null) return null
  const engine = source.engine
  const ports = readPorts(findings, entries)
  const health = readHealth(findings, entries)
  const environment = readEnvironment(findings, asking, entries)
  const own = takePort(findings, environment)
  const port = ports.main ?? health?.port ?? own
  const settings = readSettings(findings, entries, { engine, build: source.build })
  if (health && engine === null) settings.health = health.port !== null && health.port !== port ? (health.otherwise ?? health.health) : health.health
  tellOthers(findings, entries)
  return {
    key,
    at,
    source: source.source,
    engine,
    settings: valid(findings, at, fitted(circumstances, { settings, port, engine, at, isImage: source.source?.type === 'image' })),
    environment: engine === null ? environment : new Map(),
    access: engine === null ? { credentials: {}, written: {} } : accessOf(findings, engine, { environment, password: source.password }),
    mounts: readMounts(findings, entries, key),
    aliases: aliasesOf(findings, entries),
    dependsOn: dependsOn(findings, entries),
    port,
    isPublished: ports.isPublished,
  }
}

type Read = { source: Source | null; engine: EngineName | null; build: Settings['build']; password: string | null }

function readSource(circumstances: Circumstances, entries: Entries, at: Place): Read | null {
  const { findings, asking, here, repository } = circumstances
  const build = entries.get('build')
  if (build && build.value.kind !== 'nothing') {
    const built = readBuild(findings, asking, { value: build.value, repository })
    return built && { source: built.source, build: built.build, engine: null, password: null }
  }
  const image = entries.get('image')
  const reference = image ? textOf(findings, image.value, 'image')?.trim() : ''
  if (reference === undefined) return null
  const complaint = reference === '' ? null : referenceComplaint(reference)
  if (!image || reference === '' || complaint !== null) {
    complain(findings, image?.value.at ?? at, complaint === null ? 'There is nothing to run: a service has an image or a build.' : `The image ${shown(reference)} cannot be used. ${complaint}`)
    return null
  }
  const engine = engineOf(reference)
  if (engine === null) {
    if (!here.runsImages) complain(findings, image.value.at, `The image ${shown(reference)} cannot run here: this environment runs processes of the machine. Use an environment on a Docker target.`)
    return { source: { type: 'image', reference }, engine, build: undefined, password: null }
  }
  const version = versionOf(findings, { engine, reference, at: image.value.at }, here)
  return version === null ? null : { source: { type: 'database', engine, version }, engine, build: undefined, password: passwordIn(findings, entries, engine) }
}

/** The command of a database is its engine's; only a password is taken out of one. */
function passwordIn(findings: Findings, entries: Entries, engine: EngineName): string | null {
  const words = wordsIn(findings, entries, 'command')
  if (words === null) return null
  const at = engine === 'redis' || engine === 'valkey' ? words.findIndex((word) => word === '--requirepass') : -1
  const rest = at === -1 ? words : words.toSpliced(at, 2)
  if (rest.length > 1 || (rest.length === 1 && at === -1)) tell(findings, entries.get('command')!.at, `Its command ${shown(rest.join(' '))} is left out: a database runs the server of its engine as it is set up here.`)
  return at === -1 ? null : (words[at + 1] ?? null)
}

function readSettings(findings: Findings, entries: Entries, { engine, build }: { engine: EngineName | null; build: Settings['build'] }): Settings {
  const settings = readResources(findings, entries)
  if (engine !== null) {
    const { limits, restart } = settings
    if ((settings.replicas ?? 1) > 1) tell(findings, null, 'It is drawn once: one server works on the data of a database.')
    if (entries.has('entrypoint')) tell(findings, entries.get('entrypoint')!.at, 'Its entrypoint is left out: a database runs the server of its engine.')
    return { ...(limits ? { limits } : {}), ...(restart ? { restart } : {}) }
  }
  const startCommand = lineIn(findings, entries, 'command')
  const entrypoint = lineIn(findings, entries, 'entrypoint')
  return { ...settings, ...(startCommand === null ? {} : { startCommand }), ...(entrypoint === null ? {} : { entrypoint }), ...(build ? { build } : {}) }
}

/** `PORT` says where it listens; the platform sets it. */
function takePort(findings: Findings, environment: Environment): number | null {
  const port = environment.get('PORT')
  if (!port) return null
  environment.delete('PORT')
  const number = /^\d{1,5}$/.test(port.value) ? Number(port.value) : null
  tell(findings, port.at, 'Its variable PORT is left out: the platform sets it to the port that the service is given.')
  return number !== null && number >= 1 && number <= 65_535 ? number : null
}

type Fitting = { settings: Settings; port: number | null; engine: EngineName | null; at: Place; isImage: boolean }

/** What only containers can keep stays out elsewhere. */
function fitted({ findings, here }: Circumstances, { settings, port, engine, at, isImage }: Fitting): Settings {
  if (here.runsImages || isImage) return port === null || engine !== null ? settings : { ...settings, containerPort: port }
  const { limits, entrypoint, readOnly, build, ...rest } = settings
  const { builder: _, ...made } = build ?? {}
  const lost = [...(limits ? ['its limits'] : []), ...(entrypoint ? ['its entrypoint'] : []), ...(readOnly ? ['that it is only read'] : []), ...(port !== null && engine === null ? [`its port ${port} (it is told one in PORT)`] : []), ...(build ? ['its Dockerfile (what it needs is found in its source)'] : [])]
  if (lost.length > 0) tell(findings, at, `This environment runs processes of the machine, which leaves out ${listed(lost)}.`)
  return { ...rest, ...(build ? { build: made } : {}) }
}

/** What a setting cannot be is left out, with the reason. */
function valid(findings: Findings, at: Place, settings: Settings): Settings {
  const all: Settings = {}
  for (const [name, value] of Object.entries(settings)) {
    const parsed = name === 'health' ? HealthSettings.safeParse(value) : ServiceSettings.safeParse({ [name]: value })
    if (parsed.success) Object.assign(all, { [name]: value })
    else tell(findings, at, `Its ${name} is left out. ${parsed.error.issues[0]?.message ?? ''}`.trim())
  }
  return all
}

function aliasesOf(findings: Findings, entries: Entries): string[] {
  const names = ['container_name', 'hostname'].flatMap((name) => (entries.has(name) ? (textOf(findings, entries.get(name)!.value, name) ?? []) : []))
  const networks = entries.get('networks')?.value
  const within = networks?.kind === 'map' ? [...networks.entries.values()].flatMap(({ value }) => (value.kind === 'map' && value.entries.has('aliases') ? (textsOf(findings, value.entries.get('aliases')!.value, 'aliases') ?? []) : [])) : []
  return [...names, ...within].filter((name) => name !== '')
}

function dependsOn(findings: Findings, entries: Entries): string[] {
  const entry = entries.get('depends_on')
  if (!entry) return []
  if (entry.value.kind === 'map') {
    for (const [name, { value }] of entry.value.entries) {
      const condition = value.kind === 'map' ? value.entries.get('condition')?.value : undefined
      if (condition?.kind === 'text' && condition.text === 'service_completed_successfully') tell(findings, condition.at, `It is not kept waiting until ${shown(name)} has ended. What runs once before each version is a pre-deploy command, in Settings, Deploy.`)
    }
    return [...entry.value.entries.keys()]
  }
  return textsOf(findings, entry.value, 'depends_on') ?? []
}
