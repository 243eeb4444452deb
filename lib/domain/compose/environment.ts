import type { Asking } from './interpolate'
import { complain, shown, tell, textOf, type Entries, type Findings, type Place, type Value } from './value'

/** Variables as a service of the file has them. */
export type Environment = Map<string, { at: Place; value: string }>

const KEY = /^[A-Za-z_][A-Za-z0-9_]{0,199}$/
const MOST = 500

/** `environment`, as a map or as a list of KEY=value. One without a value is asked for, as it would come from a shell. */
export function readEnvironment(findings: Findings, asking: Asking, entries: Entries): Environment {
  const environment: Environment = new Map()
  const written = entries.get('environment')?.value
  if (written) for (const { key, value, at } of pairsOf(findings, written, 'environment')) put(findings, asking, { environment, key, value, at })
  const file = entries.get('env_file')
  if (file) tell(findings, file.at, `Its variables in ${shown(filesIn(file.value))} are not known here: that file is not a part of this one. Add them in its Variables tab, where such a file can be pasted.`)
  return environment
}

type Pair = { key: string; value: string | null; at: Place }

/** Names with values, as a map or as a list of NAME=value; null: no value is written. */
export function pairsOf(findings: Findings, written: Value, what: string): Pair[] {
  if (written.kind === 'nothing') return []
  if (written.kind === 'map') return [...written.entries].flatMap(([key, { at, value }]) => (value.kind === 'nothing' ? [{ key, value: null, at }] : toPair(findings, { key, value, at }, what)))
  if (written.kind === 'list') return written.items.flatMap((item) => fromWord(findings, item, what))
  complain(findings, written.at, `${what} must be a map or a list of NAME=value.`)
  return []
}

function toPair(findings: Findings, { key, value, at }: { key: string; value: Value; at: Place }, what: string): Pair[] {
  const text = textOf(findings, value, `${what}.${shown(key)}`)
  return text === null ? [] : [{ key, value: text, at }]
}

function fromWord(findings: Findings, item: Value, what: string): Pair[] {
  const text = textOf(findings, item, `Each of ${what}`)
  if (text === null || text === '') return []
  const at = text.indexOf('=')
  return [{ key: (at === -1 ? text : text.slice(0, at)).trim(), value: at === -1 ? null : text.slice(at + 1), at: item.at }]
}

function put(findings: Findings, asking: Asking, { environment, key, value, at }: Pair & { environment: Environment }): void {
  if (!KEY.test(key) || key === '__proto__') return tell(findings, at, `The variable ${shown(key)} is left out: its name must have letters, digits and _ only.`)
  if (key.startsWith('EASEL_')) return tell(findings, at, `The variable ${shown(key)} is left out: names that begin with EASEL_ are set by the platform.`)
  if (environment.size >= MOST) return complain(findings, at, `A service has at most ${MOST} variables.`)
  if (value !== null) {
    if (value.length > 65_536 || value.includes('\0')) return complain(findings, at, `The value of ${key} is too long, or has a zero byte.`)
    environment.set(key, { at, value })
    return
  }
  const given = Object.hasOwn(asking.values, key) ? asking.values[key]! : null
  if (!asking.asks.has(key)) asking.asks.set(key, { name: key, default: null, required: false, message: null })
  if (given !== null) environment.set(key, { at, value: given })
  else tell(findings, at, `The variable ${key} has no value in the file. It is left out unless you give one.`)
}

function filesIn(value: Value): string {
  const items = value.kind === 'list' ? value.items : [value]
  return items.map((item) => (item.kind === 'text' ? item.text : item.kind === 'map' ? textIn(item.entries.get('path')?.value) : '')).filter((name) => name !== '').join(', ') || 'env_file'
}

function textIn(value: Value | undefined): string {
  return value?.kind === 'text' ? value.text : ''
}
