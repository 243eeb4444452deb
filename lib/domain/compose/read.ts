import { arrange } from './arrange'
import type { Repository } from './build'
import { ENGINES } from '../engine/engines'
import { slugify } from '../name'
import type { Here } from './engine'
import { extended } from './extend'
import { portsSaid } from './hosts'
import type { Ask, Asking } from './interpolate'
import { MOST_SERVICES, sizeComplaint } from './limits'
import { parseYaml } from './parse'
import { activeIn, profilesIn } from './profiles'
import { namesOf, referring, tellOrder, type Village } from './references'
import type { Settings } from './resources'
import { readService, type Circumstances, type Draft } from './service'
import { tellAll, tellTop } from './top'
import { complain, entriesOf, listed, shown, tell, type Entries, type Findings, type Note, type Problem } from './value'
import { volumesOf, type ComposeVolume } from './volumes'
import type { Source } from '../../contract/source'

// A compose file as what is drawn of it. Pure: a text goes in, and nothing that stands in it is lost without a sentence.

export type ComposeService = {
  /** As the file calls it; references in variables use it. */
  key: string
  line: number
  /** Null: it is built from the repository that is not known yet. */
  source: Source | null
  settings: Settings
  /** Null: a random password. */
  variables: Record<string, { value: string | null; secret: boolean }>
  /** From the upper left of all that is drawn. */
  x: number
  y: number
}

export type ComposeReading = {
  /** Empty, when all of it can be drawn. */
  problems: Problem[]
  notes: Note[]
  asks: Ask[]
  profiles: string[]
  services: ComposeService[]
  volumes: ComposeVolume[]
}

export type ComposeWish = { values?: Readonly<Record<string, string>>; profiles?: readonly string[]; repository?: Repository | null; here: Here }


/** What a compose file draws, what becomes of the rest of it, and what it asks for. */
export function readCompose(text: string, { values = {}, profiles = [], repository = null, here }: ComposeWish): ComposeReading {
  const findings: Findings = { problems: [], notes: [], service: null }
  const asking: Asking = { values, asks: new Map() }
  const reading: ComposeReading = { problems: findings.problems, notes: findings.notes, asks: [], profiles: [], services: [], volumes: [] }
  const services = servicesIn(text, findings, asking)
  if (services) {
    reading.profiles = profilesIn(findings, services)
    draw(reading, { circumstances: { findings, asking, here, repository }, services: activeIn(findings, services, profiles) })
  }
  reading.asks = [...asking.asks.values()]
  findings.problems.sort((a, b) => a.line - b.line || a.column - b.column)
  shorten(findings)
  return reading
}

const MOST_NOTES = 300
const MOST_PROBLEMS = 100

/** Nobody reads thousands. */
function shorten({ problems, notes }: Findings): void {
  const left = notes.splice(MOST_NOTES).length
  if (left > 0) notes.push({ service: null, line: null, message: `${left} more are not shown.` })
  problems.splice(MOST_PROBLEMS)
}

function servicesIn(text: string, findings: Findings, asking: Asking): Entries | null {
  const complaint = sizeComplaint(text)
  if (complaint !== null) {
    complain(findings, { line: 1, column: 1 }, complaint)
    return null
  }
  const root = parseYaml(text, findings, asking)
  if (root === null) return null
  const top = tellTop(findings, root)
  const services = top && entriesOf(findings, top.get('services')!.value, 'services')
  if (!services) return null
  if (services.size === 0) complain(findings, top.get('services')!.at, 'There are no services in this file.')
  if (services.size > MOST_SERVICES) complain(findings, top.get('services')!.at, `The file has ${services.size} services. At most ${MOST_SERVICES} are drawn at once.`)
  if (services.size > MOST_SERVICES) return null
  return new Map([...services].map(([key, entry]) => [key, { ...entry, value: extended(findings, services, key) }]))
}

function draw(reading: ComposeReading, { circumstances, services }: { circumstances: Circumstances; services: Entries }): void {
  const { findings, here } = circumstances
  const drafts: Draft[] = []
  for (const [key, entry] of services) {
    findings.service = key
    if (!/^[A-Za-z0-9._-]{1,200}$/.test(key)) complain(findings, entry.at, `${shown(key) || 'Nothing'} is no name of a service: it has letters, digits, dots, _ and - only.`)
    else if (here.runsImages && slugify(key, key) !== key && key.length <= 40) tell(findings, entry.at, `Other services reach it as ${slugify(key, key)}. Where they name it by its variables, that is so already.`)
    const draft = readService(circumstances, key, entry)
    if (draft) drafts.push(draft)
  }
  findings.service = null
  const byName = namesOf(drafts)
  listen(drafts, byName, circumstances)
  reading.volumes = volumesOf(findings, drafts)
  const village: Village = { findings, here, byName }
  const variables = new Map(drafts.map((draft) => [draft.key, variablesOf(village, draft)]))
  tellAll(findings, drafts)
  const places = arrange(drafts.map((draft) => ({ key: draft.key, to: linksOf(draft, variables.get(draft.key)!, byName), below: reading.volumes.filter(({ service }) => service === draft.key).length })))
  reading.services = drafts.map(({ key, at, source, settings }) => ({ key, line: at.line, source, settings, variables: variables.get(key)!, ...places.get(key)! }))
}

/** What others say a service listens on, where it does not say so itself and all of them say the same. */
function listen(drafts: readonly Draft[], byName: ReadonlyMap<string, Draft>, { findings, here }: Circumstances): void {
  const said = new Map<Draft, Set<number>>()
  for (const { environment } of drafts) {
    for (const { value } of environment.values()) {
      for (const { host, port } of portsSaid(value)) {
        const draft = byName.get(host)
        if (draft && draft.engine === null && draft.port === null) said.set(draft, (said.get(draft) ?? new Set()).add(port))
      }
    }
  }
  for (const [draft, [port, ...others]] of [...said].map(([each, ports]) => [each, [...ports]] as const)) {
    if (port === undefined || others.length > 0 || port < 1 || port > 65_535) continue
    draft.port = port
    if (!here.runsImages) continue
    draft.settings = { ...draft.settings, containerPort: port }
    findings.service = draft.key
    tell(findings, draft.at, `It is taken to listen on port ${port}, as other services address it there.`)
  }
  findings.service = null
}

function variablesOf(village: Village, draft: Draft): ComposeService['variables'] {
  const { findings } = village
  findings.service = draft.key
  const variables = draft.engine === null ? referring(village, draft) : ownOf(draft)
  const missing = draft.dependsOn.filter((key) => !village.byName.has(key))
  if (missing.length > 0) tell(findings, draft.at, `It depends on ${listed(missing)}, which is not drawn.`)
  if (draft.engine === null && findings.problems.length === 0) tellOrder(findings, { ...draft, dependsOn: draft.dependsOn.filter((key) => !missing.includes(key)) }, variables as Record<string, { value: string; secret: boolean }>)
  findings.service = null
  return variables
}

/** The variables of a database, which refers to itself by its key until it has its name. */
function ownOf({ key, engine, access }: Draft): ComposeService['variables'] {
  const { variables } = ENGINES[engine!]
  return Object.fromEntries(variables.map((variable) => {
    const value = access.credentials[variable.key] ?? null
    return [variable.key, { value: value === null ? null : value.replaceAll('${{self.', `\${{${key.includes('.') ? `"${key}"` : key}.`), secret: 'password' in variable }]
  }))
}

function linksOf(draft: Draft, variables: ComposeService['variables'], byName: ReadonlyMap<string, Draft>): string[] {
  const referred = Object.values(variables).flatMap(({ value }) => Array.from((value ?? '').matchAll(/\$\{\{"?([^\s"{}$]{1,200}?)"?\.[A-Za-z_]\w*\}\}/g), ([, name]) => name!))
  return [...referred, ...draft.dependsOn].flatMap((name) => byName.get(name)?.key ?? []).filter((key) => key !== draft.key)
}
