import type { Filter, Value } from '../log-filter/filter'
import { fold } from '../log-filter/fold'
import { isText } from '../log-filter/matches'
import { instantOf } from '../log-filter/moment'
import { numberOf } from '../log-filter/number'
import { termsOf } from '../log-filter/window'
import { ALWAYS, chanceOf, nameIn, NEVER, PERHAPS, valuesOf, type Attribute, type Chance } from './attributes'
import type { Kind, Outline } from './outline'
import { alwaysContains, mayContain } from './template'

// Which blocks of an outline a filter can let a line of through. It is `domain/log-filter/matches` over what is known of many lines at once: each
// term may be, may not be, or both; a property test holds that no block with a line that is let through is left out.

/** What names stand for, and when it is. */
export type OutlineWorld = { nowMs: number; /** Ids of the services that a value means. */ servicesOf(value: Value): readonly string[] }
export type Candidate = { fromMs: number; untilMs: number; lines: number }

type Lines = { kind: Kind; names: ReadonlySet<string>; /** By name; null for what is not known yet. */ attributes: ((name: string) => Attribute) | null; fromMs: number; untilMs: number }

/** A question to many outlines, with names looked up once. */
export function candidatesFor(filter: Filter, world: OutlineWorld): (outline: Outline) => Candidate[] {
  const texts = new Map<string, Chance>()
  const ofKinds = new WeakMap<Kind, Map<Filter, Chance>>()
  const services = new Map<Filter, ReadonlySet<string>>()
  const chance = (of: Filter, lines: Lines): Chance => {
    switch (of.kind) {
      case 'and':
        return all(of.of, lines)
      case 'or': {
        let may = false
        let mayNot = true
        for (const each of of.of) {
          const one = chance(each, lines)
          may ||= one.may
          mayNot &&= one.mayNot
          if (!mayNot) return ALWAYS
        }
        return { may, mayNot }
      }
      case 'not': {
        const one = chance(of.of, lines)
        return { may: one.mayNot, mayNot: one.may }
      }
      case 'text':
        return once(of, lines.kind, of.text)
      case 'level':
        return sure(within(lines.kind.level ?? 0, of))
      case 'no_level':
        return sure(lines.kind.level === null)
      case 'attribute': {
        if (lines.kind.names === null) return PERHAPS
        const name = nameIn(lines.names, of.name)
        if (name === undefined) return NEVER
        if (of.value.kind === 'any') return ALWAYS
        return lines.attributes === null ? PERHAPS : chanceOf(lines.attributes(name), of.value)
      }
      case 'service': {
        const { serviceId } = lines.kind
        if (of.value.kind === 'any' || serviceId === null) return sure(serviceId !== null)
        if (!services.has(of)) services.set(of, new Set(world.servicesOf(of.value)))
        return sure(services.get(of)!.has(serviceId))
      }
      case 'deployment': {
        if (of.value.kind === 'any') return among(lines.kind.deployments, (id) => id !== null)
        // What numbers stand for is looked up by the database.
        if (of.value.kind !== 'is' || numberOf(of.value.parts[0]!) !== null) return among(lines.kind.deployments, (id) => (id === null ? false : null))
        const wanted = fold(of.value.parts[0]!)
        return among(lines.kind.deployments, (id) => id === wanted)
      }
      case 'field':
        if (of.field === 'part') return among(lines.kind.parts, (part) => part !== null && isText(of.value, part))
        return sure(isText(of.value, lines.kind[of.field]))
      case 'time': {
        const bound = instantOf(of.moment, world.nowMs)
        const [isAllBefore, isNoneBefore] = [lines.untilMs <= bound, lines.fromMs >= bound]
        if (!isAllBefore && !isNoneBefore) return PERHAPS
        return sure((of.side === 'before') === isAllBefore)
      }
    }
  }
  const all = (filters: readonly Filter[], lines: Lines): Chance => {
    let may = true
    let mayNot = false
    for (const each of filters) {
      const one = chance(each, lines)
      may &&= one.may
      mayNot ||= one.mayNot
      if (!may) return NEVER
    }
    return { may, mayNot }
  }
  const once = (of: Filter, kind: Kind, text: string): Chance => {
    const known = ofKinds.get(kind) ?? new Map<Filter, Chance>()
    ofKinds.set(kind, known)
    const chanceOfText = known.get(of) ?? textChance(text, kind)
    known.set(of, chanceOfText)
    return chanceOfText
  }
  /** The same kinds are in outline after outline. */
  const textChance = (text: string, { template, filling }: Kind): Chance => {
    const key = `${text}\n${filling.bits.join()}${filling.hasOthers}\n${template}`
    let known = texts.get(key)
    if (known === undefined) {
      const part = fold(text)
      known = alwaysContains(template, part) ? ALWAYS : mayContain(template, filling, part) ? PERHAPS : NEVER
      texts.set(key, known)
    }
    return known
  }
  const repeated = repeatedIn(filter)
  return (outline) => {
    const { kinds, blocks } = outline
    const span = { fromMs: blocks[0]!.fromMs, untilMs: blocks.at(-1)!.untilMs }
    const places = kinds.map(({ names }) => new Map((names ?? []).map((name, at) => [name, at])))
    const sets = places.map((place) => new Set(place.keys()))
    // What nothing of a kind can be in any block is not asked about in each.
    const can = kinds.map((kind, number) => chance(filter, { kind, names: sets[number]!, attributes: null, ...span }).may)
    if (!can.some(Boolean)) return []
    return blocks
      .filter(({ kinds: within, fromMs, untilMs }) =>
        within.some(({ kind: number, attributes }) => {
          if (!can[number]) return false
          const lines = { kind: kinds[number]!, names: sets[number]!, fromMs, untilMs }
          const attributeOf = (name: string) => attributes[places[number]!.get(name)!]!
          return eachOf(repeated, lines.names, attributeOf).some((attribute) => chance(filter, { ...lines, attributes: attribute }).may)
        }),
      )
      .map(({ fromMs, untilMs, lines }) => ({ fromMs, untilMs, lines }))
  }
}

type AttributeOf = (name: string) => Attribute

/** Attributes that a filter asks for more than once, the first few: it may be that no value fits all, though each term fits one. */
function repeatedIn(filter: Filter): string[] {
  const names = termsOf(filter).flatMap((term) => (term.kind === 'attribute' ? [term.name] : []))
  return [...new Set(names.filter((name, at) => names.indexOf(name) !== at))].slice(0, MOST_REPEATED)
}

const MOST_REPEATED = 2

/** The same attributes, for each of the values that those have that are asked for more than once; where all are known. */
function eachOf(repeated: readonly string[], names: ReadonlySet<string>, attributeOf: AttributeOf): AttributeOf[] {
  let each = [attributeOf]
  for (const asked of repeated) {
    const name = nameIn(names, asked)
    const values = name === undefined ? null : valuesOf(attributeOf(name))
    if (values !== null) each = each.flatMap((of) => values.map((value) => (other: string) => (other === name ? value : of(other))))
  }
  return each
}

function sure(is: boolean): Chance {
  return is ? ALWAYS : NEVER
}

function within(level: number, { from, to }: { from: number; to: number }): boolean {
  return level >= from && level <= to
}

/** `is`: null where that is not known. */
function among(ids: readonly (string | null)[] | null, is: (id: string | null) => boolean | null): Chance {
  if (ids === null) return PERHAPS
  const each = ids.map(is)
  return { may: each.some((one) => one !== false), mayNot: each.some((one) => one !== true) }
}
