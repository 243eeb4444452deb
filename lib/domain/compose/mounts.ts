import { mountPathProblem, overlap } from '../mount'
import { complain, isYes, itemsOf, shown, tell, textOf, type Entries, type Findings, type Place, type Value } from './value'

/** A named volume that a service mounts. */
export type Mount = { at: Place; volume: string; path: string }

type Written = { at: Place; type: string; source: string; target: string; isReadOnly: boolean }

const MOST = 20

/** `volumes` of a service: those with a name stay, folders of a machine are told. */
export function readMounts(findings: Findings, entries: Entries, key: string): Mount[] {
  const written = entries.get('volumes')
  const items = written ? (itemsOf(findings, written.value, 'volumes') ?? []) : []
  const mounts: Mount[] = []
  for (const item of items) {
    const mount = toMount(findings, mountOf(findings, item), key)
    if (!mount) continue
    const near = mounts.find(({ path }) => overlap(path, mount.path))
    if (near) tell(findings, mount.at, `The volume at ${mount.path} is left out: another one is at ${near.path}, and neither can be inside the other.`)
    else if (mounts.length >= MOST) tell(findings, mount.at, `The volume at ${mount.path} is left out: a service has at most ${MOST}.`)
    else mounts.push(mount)
  }
  return mounts
}

function mountOf(findings: Findings, item: Value): Written | null {
  if (item.kind === 'map') return longMount(findings, item.entries, item.at)
  const text = textOf(findings, item, 'Each of volumes')
  if (text === null || text.trim() === '') return null
  // A drive such as C:\ has a colon of its own.
  const drive = /^[A-Za-z]:[\\/]/.exec(text)?.[0] ?? ''
  const parts = text.slice(drive.length).split(':')
  const [first = '', second, mode = ''] = parts
  if (second === undefined && drive === '') return { at: item.at, type: 'volume', source: '', target: first, isReadOnly: false }
  const source = drive + first
  return { at: item.at, type: isFolder(source) ? 'bind' : 'volume', source, target: second ?? '', isReadOnly: /(^|,)ro(,|$)/.test(mode) }
}

function isFolder(source: string): boolean {
  return /^[./~\\]|^[A-Za-z]:[\\/]|^\$/.test(source)
}

function longMount(findings: Findings, entries: Entries, at: Place): Written | null {
  const read = (name: string) => (entries.has(name) ? (textOf(findings, entries.get(name)!.value, name) ?? '') : '')
  const target = read('target') || read('destination') || read('dst')
  if (target === '') {
    complain(findings, at, 'A mount needs a target: the path in the container.')
    return null
  }
  return { at, type: read('type') || 'volume', source: read('source') || read('src'), target, isReadOnly: isYes(entries.get('read_only')?.value) }
}

function toMount(findings: Findings, written: Written | null, key: string): Mount | null {
  if (written === null) return null
  const { at, type, source, target, isReadOnly } = written
  if (type === 'bind') {
    const then = source.endsWith('docker.sock') ? 'A service cannot reach the engine it runs on.' : 'Put what it needs into its image, or add a volume and copy it there.'
    tell(findings, at, `${shown(source)} is not mounted at ${shown(target)}: folders and files of a machine are no part of an environment. ${then}`)
    return null
  }
  if (type !== 'volume') {
    tell(findings, at, `The ${shown(type)} at ${shown(target)} is left out: only volumes are mounted here.`)
    return null
  }
  const path = target.length > 1 ? target.replace(/\/+$/, '') : target
  const problem = mountPathProblem(path)
  if (problem !== null) {
    tell(findings, at, `The volume at ${shown(target)} is left out. ${problem}`)
    return null
  }
  if (source !== '' && !/^[A-Za-z0-9][A-Za-z0-9_.-]{0,200}$/.test(source)) {
    complain(findings, at, `${shown(source)} is no name of a volume: it has letters, digits, dots, _ and - only.`)
    return null
  }
  if (isReadOnly) tell(findings, at, `The volume at ${path} can be written to here: there is no mount that is only read.`)
  return { at, volume: source === '' ? `${key}-${path.split('/').at(-1)!.replace(/[^A-Za-z0-9_.-]+/g, '-')}` : source, path }
}
