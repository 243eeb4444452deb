import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node, type Pair } from 'yaml'

import { interpolate, type Asking } from './interpolate'
import { complain, shown, type Entries, type Findings, type Place, type Value } from './value'

// YAML into values with their places. Names that are referred to (`&a`, `*a`) are one value, however often, so that a file
// that refers a billion times to itself is no larger than its text; what is copied by `<<` and filled in is counted.

const DEEPEST = 50
const MOST_NODES = 200_000
const MOST_TEXT = 8 * 1024 * 1024

type Reading = {
  findings: Findings
  asking: Asking
  lines: LineCounter
  /** By name; null while it is read itself. */
  anchors: Map<string, Value | null>
  left: { nodes: number; text: number }
  /** Whether it says something else than somebody meant: what follows from that would be told as well. */
  isBroken: boolean
}

class TooMuch extends Error {}

/** What the text says; null with a problem when it is no YAML, or more than can be read. */
export function parseYaml(text: string, findings: Findings, asking: Asking): Value | null {
  const lines = new LineCounter()
  const document = documentOf(text, lines, findings)
  if (document === null) return null
  const reading: Reading = { findings, asking, lines, anchors: new Map(), left: { nodes: MOST_NODES, text: MOST_TEXT }, isBroken: false }
  try {
    const value: Value = document.contents === null ? { kind: 'nothing', at: START } : toValue(reading, document.contents as Node, 0)
    return reading.isBroken ? null : value
  } catch (error) {
    if (!(error instanceof TooMuch)) throw error
    complain(findings, START, error.message)
    return null
  }
}

const START: Place = { line: 1, column: 1 }

function documentOf(text: string, lines: LineCounter, findings: Findings): Document | null {
  let document: Document
  try {
    // Keys that are there twice are found below: the parser would compare each with each.
    document = parseDocument(text, { lineCounter: lines, uniqueKeys: false, prettyErrors: false, logLevel: 'error', version: '1.2', schema: 'core' }) as unknown as Document
  } catch {
    complain(findings, START, 'The file is nested too deeply to be read.')
    return null
  }
  for (const { message, pos, code } of document.errors.slice(0, 10)) {
    const { line, col } = lines.linePos(pos[0])
    complain(findings, { line: Math.max(line, 1), column: Math.max(col, 1) }, code === 'MULTIPLE_DOCS' ? 'There is more than one document, divided by ---. Give one of them.' : `This is not valid YAML: ${sentence(message)}`)
  }
  return document.errors.length > 0 ? null : document
}

function sentence(message: string): string {
  const text = shown(message.split('\n')[0] ?? '').replace(/[.:]$/, '')
  return `${text}.`
}

function toValue(reading: Reading, node: Node | null, depth: number, near: Place = START): Value {
  if (node === null) return { kind: 'nothing', at: near }
  const at = placeOf(reading, node, near)
  spend(reading, 1)
  if (depth > DEEPEST) throw new TooMuch(`The file is nested more than ${DEEPEST} levels deep.`)
  if (isAlias(node)) return aliased(reading, node.source, at)
  const anchor = 'anchor' in node && typeof node.anchor === 'string' ? node.anchor : null
  if (anchor !== null) reading.anchors.set(anchor, null)
  if (node.tag !== undefined && /^![^!]/.test(node.tag)) broken(reading, at, `The tag ${shown(node.tag)} is not understood. Write the value itself.`)
  const value = isMap(node) ? toMap(reading, node.items as Pair<unknown, unknown>[], { at, depth }) : isSeq(node) ? ({ kind: 'list', at, items: node.items.map((item) => toValue(reading, item as Node | null, depth + 1, at)) } as const) : toScalar(reading, node, at)
  if (anchor !== null) reading.anchors.set(anchor, value)
  return value
}

function aliased(reading: Reading, name: string, at: Place): Value {
  const value = reading.anchors.get(name)
  if (value) return { ...value, at }
  broken(reading, at, value === null ? `*${shown(name)} refers to what it is a part of.` : `*${shown(name)} refers to nothing: there is no &${shown(name)} before it.`)
  return { kind: 'nothing', at }
}

function toScalar(reading: Reading, node: Node, at: Place): Value {
  if (!isScalar(node) || node.value === null || node.value === undefined) return { kind: 'nothing', at }
  const written = typeof node.value === 'string' ? node.value : (node.source ?? String(node.value))
  const filled = interpolate(written, reading.asking)
  if (!filled.ok) {
    complain(reading.findings, at, filled.message)
    return { kind: 'text', at, text: '' }
  }
  if (UNSTORABLE.test(filled.text)) {
    complain(reading.findings, at, 'It has a character that is none, such as a zero byte. Take it out.')
    return { kind: 'text', at, text: '' }
  }
  reading.left.text -= filled.text.length
  if (reading.left.text < 0) throw new TooMuch('The file becomes too long once its values are filled in.')
  return { kind: 'text', at, text: filled.text }
}

/** Zero bytes and halves of characters, which YAML can write and nothing can keep. */
const UNSTORABLE = /\0|\p{Cs}/u

function toMap(reading: Reading, pairs: readonly Pair<unknown, unknown>[], { at, depth }: { at: Place; depth: number }): Value {
  const own = new Map<string, { at: Place; value: Value }>()
  const merged: Value[] = []
  for (const { key, value } of pairs) {
    const keyAt = placeOf(reading, key as Node | null, at)
    const name = isScalar(key) ? (typeof key.value === 'string' ? key.value : (key.source ?? String(key.value))) : null
    const read = toValue(reading, value as Node | null, depth + 1, keyAt)
    if (name === null || UNSTORABLE.test(name)) broken(reading, keyAt, 'A name must be one word, not a list or a map.')
    else if (name === '<<') merged.push(read)
    else if (own.has(name)) broken(reading, keyAt, `${shown(name)} is there twice. Leave one of them out.`)
    else own.set(name, { at: keyAt, value: read })
  }
  return { kind: 'map', at, entries: merged.length === 0 ? own : withMerged(reading, own, merged) }
}

/** `<<`: what a map has besides its own; of several, the first one holds. */
function withMerged(reading: Reading, own: Entries, merged: readonly Value[]): Entries {
  const all = new Map(own)
  for (const value of merged.flatMap((each) => (each.kind === 'list' ? each.items : [each]))) {
    if (value.kind !== 'map') {
      if (value.kind !== 'nothing') broken(reading, value.at, '<< takes a map, such as *defaults.')
      continue
    }
    spend(reading, value.entries.size)
    for (const [name, entry] of value.entries) if (!all.has(name)) all.set(name, entry)
  }
  return all
}

function broken(reading: Reading, at: Place, message: string): void {
  reading.isBroken = true
  complain(reading.findings, at, message)
}

function spend({ left }: Reading, nodes: number): void {
  left.nodes -= nodes
  if (left.nodes < 0) throw new TooMuch('The file says too much to be read.')
}

function placeOf({ lines }: Reading, node: Node | null, otherwise: Place): Place {
  const start = node?.range?.[0]
  if (start === undefined || start === null) return otherwise
  const { line, col } = lines.linePos(start)
  return { line: Math.max(line, 1), column: Math.max(col, 1) }
}
