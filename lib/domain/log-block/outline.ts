import { wordsOf } from '../log-filter/fold'
import { addValue, leavesOf, noAttribute, type Attribute, type Leaf } from './attributes'
import { commonTemplate, fillAny, HOLE, noFilling, templateOf, type Filling } from './template'

// An outline says of many lines what kinds of lines are among them, block by block, so that blocks in which nothing can be what is asked for
// need not be read. It may say too much and never too little: docs/decisions/log-search.md.

/** What of a line an outline is made of. */
export type OutlinedLine = {
  atMs: number
  serviceId: string | null
  deploymentId: string | null
  kind: string
  stream: string
  part: string | null
  /** As it is stored; null for none. */
  level: number | null
  message: string | null
  attributes: Readonly<Record<string, unknown>> | null
  /** Whether the numbers of the attributes have no more digits than are told apart. */
  isExact: boolean
  text: string
  /** Whether that is all of its text. */
  isWhole: boolean
}

/** What lines of one kind have in common in all blocks of an outline. Of `null` anything may be. */
export type Kind = {
  serviceId: string | null
  kind: string
  stream: string
  level: number | null
  deployments: (string | null)[] | null
  parts: (string | null)[] | null
  template: string
  filling: Filling
  /** Names of the attributes that each of them has; no others has any. Null when that differs. */
  names: string[] | null
}

/** The lines of some milliseconds, `untilMs` not within: which kinds they are of, and what their attributes are, in the order of the names of the kind. */
export type Block = { fromMs: number; untilMs: number; lines: number; kinds: { kind: number; attributes: Attribute[] }[] }
export type Outline = { kinds: Kind[]; blocks: Block[] }

/** A block has about as many lines: they are read at once. */
export const BLOCK_LINES = 1_000
/** More kinds than these are put together. */
const MOST_KINDS = 200
/** No more than these altogether: lines of which nothing is known are a kind as well. */
const MOST_CLASSES = 400
const MOST_IDS = 12

type Building = { block: Block; byKind: Map<number, Attribute[]>; lastMs: number }

/** Makes the outline of the lines of a time, which are told in the order of theirs. */
export function makeOutliner(fromMs: number, blockLines = BLOCK_LINES): { add(line: OutlinedLine): void; end(untilMs: number): Outline } {
  const kinds: Kind[] = []
  const known = new Map<string, number>()
  const blocks: Block[] = []
  let open = begin(fromMs)
  const numberOf = (line: OutlinedLine, leaves: Leaf[] | null): number => {
    const filling = noFilling()
    const template = templateOfLine(line, filling)
    const names = leaves === null ? null : leaves.map(({ name }) => name)
    const { serviceId, kind, stream, level } = line
    // None of them has zeros in it but the last.
    const exact = [serviceId, kind, stream, level, names && JSON.stringify(names), template].join('\u0000')
    const found = known.get(exact) ?? (kinds.length < MOST_KINDS ? undefined : loose(line, template, names))
    const number = found ?? kinds.length
    if (found === undefined) {
      known.set(exact, number)
      kinds.push({ serviceId, kind, stream, level, deployments: [], parts: [], template, filling, names })
    }
    const into = kinds[number]!
    for (let i = 0; i < 4; i++) into.filling.bits[i]! |= filling.bits[i]!
    into.filling.hasOthers ||= filling.hasOthers
    into.deployments = withId(into.deployments, line.deploymentId)
    into.parts = withId(into.parts, line.part)
    return number
  }
  /** A kind for lines of too many kinds: what they begin and end with, or nothing at all. */
  const loose = ({ serviceId, kind, stream, level }: OutlinedLine, template: string, names: string[] | null): number => {
    const few = kinds.length < MOST_CLASSES
    const near = JSON.stringify([serviceId, kind, stream, level, template.slice(0, 6)])
    const key = few || known.has(near) ? near : JSON.stringify([serviceId, kind, stream, level])
    const found = known.get(key)
    if (found === undefined) {
      known.set(key, kinds.length)
      const filling = noFilling()
      if (!few) fillAny(filling)
      kinds.push({ serviceId, kind, stream, level, deployments: [], parts: [], template: few ? template : HOLE, filling, names: few ? names : null })
      return kinds.length - 1
    }
    const into = kinds[found]!
    into.template = commonTemplate(into.template, template, into.filling)
    if (into.names !== null && (names === null || names.length !== into.names.length || names.some((name, at) => name !== into.names![at]))) into.names = null
    return found
  }
  return {
    add(line) {
      if (open.block.lines >= blockLines && line.atMs > open.lastMs) {
        blocks.push(end(open, line.atMs))
        open = begin(line.atMs)
      }
      open.lastMs = line.atMs
      open.block.lines++
      const leaves = line.attributes === null ? [] : leavesOf(line.attributes)
      const number = numberOf(line, leaves)
      let attributes = open.byKind.get(number)
      if (attributes === undefined) {
        attributes = leaves === null ? [] : leaves.map(noAttribute)
        open.byKind.set(number, attributes)
      }
      // Of a kind whose names differ they are not looked at.
      if (leaves !== null && leaves.length === attributes.length) for (let at = 0; at < leaves.length; at++) addValue(attributes[at]!, leaves[at]!.value, line.isExact)
    },
    end(untilMs) {
      if (open.block.lines > 0 || blocks.length === 0) blocks.push(end(open, untilMs))
      for (const block of blocks) for (const each of block.kinds) if (kinds[each.kind]!.names === null) each.attributes = []
      return { kinds, blocks }
    },
  }
}

function templateOfLine(line: OutlinedLine, filling: Filling): string {
  // What colours end with may have been cut off.
  if (line.isWhole || !line.text.includes('\u001b')) return templateOf(wordsOf(line), filling)
  fillAny(filling)
  return HOLE
}

function begin(fromMs: number): Building {
  return { block: { fromMs, untilMs: fromMs, lines: 0, kinds: [] }, byKind: new Map(), lastMs: fromMs }
}

function end({ block, byKind }: Building, untilMs: number): Block {
  return { ...block, untilMs, kinds: [...byKind].map(([kind, attributes]) => ({ kind, attributes })) }
}

function withId(ids: (string | null)[] | null, id: string | null): (string | null)[] | null {
  if (ids === null || ids.includes(id)) return ids
  return ids.length >= MOST_IDS ? null : [...ids, id]
}
