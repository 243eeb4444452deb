import type { Draft } from './service'
import { complain, entriesOf, isYes, listed, shown, tell, type Entries, type Findings, type Value } from './value'

const QUIET = new Set(['version', 'name', 'services', 'networks', 'volumes'])
const LOST: Record<string, string> = {
  secrets: 'Its secrets are left out: set them as variables of the services that need them.',
  configs: 'Its configs are left out: put them into images or volumes.',
  include: 'Other files that it includes are not a part of it: read each of them by itself.',
}

/** The top of a file; null with a problem when it is no compose file. */
export function tellTop(findings: Findings, root: Value): Entries | null {
  const top = root.kind === 'map' ? root.entries : null
  if (!top?.has('services')) {
    complain(findings, root.at, strangerWords(top))
    return null
  }
  for (const [name, { at }] of top) {
    if (QUIET.has(name) || name.startsWith('x-')) continue
    tell(findings, at, LOST[name] ?? `${shown(name)} is not known here and left out.`)
  }
  const networks = top.get('networks')
  if (networks?.value.kind === 'map' && networks.value.entries.size > 0) tell(findings, networks.at, 'Its networks are not needed: the services of an environment reach each other by name.')
  tellVolumes(findings, top)
  return top
}

function strangerWords(top: Entries | null): string {
  if (top === null) return 'This is not a compose file: it begins with names such as services:, each with what belongs to it.'
  if (top.has('apiVersion') && top.has('kind')) return 'This is a manifest of Kubernetes, not a compose file.'
  if (top.has('jobs') && top.has('on')) return 'This is a workflow, not a compose file.'
  const isFirstVersion = [...top.values()].some(({ value }) => value.kind === 'map' && (value.entries.has('image') || value.entries.has('build')))
  return isFirstVersion ? 'This is a compose file of the first version. Put its services under a line services:, each two spaces further in.' : 'This is not a compose file: it has no services.'
}

function tellVolumes(findings: Findings, top: Entries): void {
  const volumes = top.get('volumes')
  const entries = volumes ? entriesOf(findings, volumes.value, 'volumes') : null
  for (const [name, { at, value }] of entries ?? []) {
    if (value.kind !== 'map') continue
    const external = value.entries.get('external')?.value
    if (external && (external.kind === 'map' || isYes(external))) tell(findings, at, `The volume ${shown(name)} exists outside of the file. It is drawn empty: copy into it what it has.`)
    else if (value.entries.has('driver_opts') || value.entries.has('driver')) tell(findings, at, `The volume ${shown(name)} is drawn as a volume of the target; its driver is left out.`)
  }
}

/** What concerns all services alike is said once. */
export function tellAll(findings: Findings, drafts: readonly Draft[]): void {
  const hidden = drafts.filter(({ engine, isPublished }) => engine === null && !isPublished).map(({ key }) => key)
  if (hidden.length > 0) tell(findings, null, `${listed(hidden)} ${hidden.length === 1 ? 'publishes' : 'publish'} no port in the file. Here every service has a public address, by which it can be reached once it is deployed.`)
  const silent = drafts.filter(({ engine, port, settings }) => engine === null && port === null && settings.health?.kind !== 'command').map(({ key }) => key)
  if (silent.length > 0) tell(findings, null, `The file does not say on which port ${listed(silent)} ${silent.length === 1 ? 'listens' : 'listen'}. What listens on none needs a health check by a command, in Settings.`)
  const open = drafts.filter(({ engine, isPublished }) => engine !== null && isPublished).map(({ key }) => key)
  if (open.length > 0) tell(findings, null, `${listed(open)} ${open.length === 1 ? 'is a database and is' : 'are databases and are'} reached from outside only when you allow it, in Settings.`)
}
