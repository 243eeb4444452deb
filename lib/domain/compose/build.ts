import { GitRef, GitUrl, RootDirectory, type Source } from '../../contract/source'
import type { Asking } from './interpolate'
import { pairsOf } from './environment'
import type { Settings } from './resources'
import { complain, entriesOf, shown, tell, textOf, type Entries, type Findings, type Place, type Value } from './value'

/** Where the folders that the file names are: a repository, and in it the folder of the file. */
export type Repository = Extract<Source, { type: 'git' }>

export type Built = {
  /** Null while it is not known which repository its folder is in. */
  source: Repository | null
  build: NonNullable<Settings['build']>
}

const KNOWN = new Set(['context', 'dockerfile', 'args', 'target'])
/** Names of options of a build that nothing depends on here. */
const QUIET = new Set(['cache_from', 'cache_to', 'no_cache', 'pull', 'tags', 'labels', 'platforms', 'provenance', 'sbom'])

/** `build`: the folder of a repository and how its image is made. Null with a problem when it cannot be. */
export function readBuild(findings: Findings, asking: Asking, { value, repository }: { value: Value; repository: Repository | null }): Built | null {
  const fields: Entries | null = value.kind === 'text' ? new Map([['context', { at: value.at, value }]]) : entriesOf(findings, value, 'build')
  if (!fields) return null
  for (const [name, { at }] of fields) if (!KNOWN.has(name) && !QUIET.has(name) && !name.startsWith('x-')) tell(findings, at, `build.${shown(name)} is left out: an image is made of one folder and its Dockerfile.`)
  const context = fields.get('context')
  const folder = context ? textOf(findings, context.value, 'build.context') : '.'
  if (folder === null) return null
  const source = sourceOf(findings, { folder: folder.trim() || '.', at: context?.value.at ?? value.at, repository })
  return source === undefined ? null : { source, build: settingsOf(findings, asking, fields) }
}

function settingsOf(findings: Findings, asking: Asking, fields: Entries): Built['build'] {
  const build: Built['build'] = { builder: 'dockerfile' }
  const dockerfile = fields.get('dockerfile')
  const path = dockerfile ? textOf(findings, dockerfile.value, 'build.dockerfile') : null
  const parsed = path ? RootDirectory.safeParse(path) : null
  if (parsed && !parsed.success) tell(findings, dockerfile!.at, `The Dockerfile ${shown(path!)} is outside of the folder that is built. ${DOCKERFILE}`)
  else if (parsed && parsed.data !== 'Dockerfile') build.dockerfile = parsed.data
  const target = fields.get('target')
  const stage = target ? textOf(findings, target.value, 'build.target') : null
  if (stage) build.stage = stage
  const args = fields.get('args')
  if (args) build.args = argsOf(findings, asking, args.value)
  return build
}

const DOCKERFILE = 'Set it in Settings, Build.'

function argsOf(findings: Findings, { values, asks }: Asking, value: Value): Record<string, string> {
  const args: Record<string, string> = {}
  for (const { key, value: text, at } of pairsOf(findings, value, 'build.args')) {
    if (!/^[A-Za-z_][A-Za-z0-9_]{0,199}$/.test(key) || key === '__proto__') {
      tell(findings, at, `The build argument ${shown(key)} is left out: its name must have letters, digits and _ only.`)
      continue
    }
    if (text === null && !asks.has(key)) asks.set(key, { name: key, default: null, required: false, message: null })
    const given = text ?? (Object.hasOwn(values, key) ? values[key]! : null)
    if (given === null) tell(findings, at, `The build argument ${key} has no value in the file. It is left out unless you give one.`)
    else args[key] = given
  }
  return args
}

const REMOTE = /^(https?:\/\/|ssh:\/\/|git:\/\/|git@|github\.com\/)/

/** Undefined with a problem: it cannot be fetched. */
function sourceOf(findings: Findings, { folder, at, repository }: { folder: string; at: Place; repository: Repository | null }): Repository | null | undefined {
  if (REMOTE.test(folder)) return remoteOf(findings, folder, at)
  if (/^(\/|~|[A-Za-z]:\\)/.test(folder)) {
    complain(findings, at, `${shown(folder)} is a folder of one machine. Write the folder relative to the file, as it is in the repository.`)
    return undefined
  }
  if (repository === null) return null
  const rootDirectory = joined(repository.rootDirectory ?? '', folder)
  const parsed = rootDirectory === null ? null : RootDirectory.safeParse(rootDirectory)
  if (!parsed?.success) {
    complain(findings, at, `${shown(folder)} is outside of the repository. Say in which folder of the repository the file is.`)
    return undefined
  }
  const { rootDirectory: _, ...rest } = repository
  return { ...rest, ...(parsed.data === '' ? {} : { rootDirectory: parsed.data }) }
}

/** A path in a folder, without `.` and `..`; null when it leads out of it. */
function joined(folder: string, path: string): string | null {
  const parts: string[] = []
  for (const part of `${folder}/${path}`.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) return null
  }
  return parts.join('/')
}

/** `https://host/repository.git#branch:folder`. */
function remoteOf(findings: Findings, text: string, at: Place): Repository | undefined {
  const [address = '', fragment = ''] = text.split('#')
  const [ref = '', folder = ''] = fragment.split(':')
  const url = GitUrl.safeParse(address.replace(/^github\.com\//, 'https://github.com/').replace(/^git:\/\//, 'https://'))
  const branch = ref === '' ? null : GitRef.safeParse(ref)
  const root = folder === '' ? null : RootDirectory.safeParse(folder)
  if (url.success && branch?.success !== false && root?.success !== false) return { type: 'git', url: url.data, ...(branch ? { ref: branch.data } : {}), ...(root ? { rootDirectory: root.data } : {}) }
  complain(findings, at, `${shown(text)} is no address of a git repository that can be fetched here.`)
  return undefined
}
