import { isText } from '../log-filter/matches'
import { numberOf } from '../log-filter/number'
import type { Value } from '../log-filter/filter'
import { addNumber, areAll, mayBe, noNumbers, type Numbers } from './numbers'

// What the attributes of many lines have in common, which have the same names.

/** What one of them is in these lines. */
export type Attribute = {
  /** Numbers, and texts that are numbers (`log-filter/number`). */
  numbers: Numbers
  /** Texts of strings, booleans and null; null for too many. */
  texts: string[] | null
  /** In some line it is a number that is no text. */
  hasNumber: boolean
  /** In some line it is nothing that counts as a number. */
  hasOther: boolean
  /** In some line it is a list or has attributes of its own. */
  hasParts: boolean
}

const MOST_TEXTS = 8
const MOST_CHARACTERS = 80
/** More names than these are not told apart. */
export const MOST_NAMES = 48
const MOST_DEPTH = 10
/** Between names on the way to an attribute. */
const STEP = '\u0000'

/** Can it be, can it not be: of lines of which not everything is known both may be true. */
export type Chance = { may: boolean; mayNot: boolean }
export const ALWAYS: Chance = { may: true, mayNot: false }
export const NEVER: Chance = { may: false, mayNot: true }
export const PERHAPS: Chance = { may: true, mayNot: true }

export type Leaf = { name: string; value: unknown }

/** Every attribute by the names on the way to it, also those that have others; null where there are too many. */
export function leavesOf(attributes: Readonly<Record<string, unknown>>): Leaf[] | null {
  const leaves: Leaf[] = []
  const isAll = walk(attributes, '', 0, leaves)
  return isAll ? leaves : null
}

function walk(within: Readonly<Record<string, unknown>>, before: string, depth: number, leaves: Leaf[]): boolean {
  // What PostgreSQL gives out is in an order of its own, which is the same for the same names.
  for (const key of Object.keys(within)) {
    const value = within[key]
    const name = before + key
    leaves.push({ name, value })
    if (leaves.length > MOST_NAMES) return false
    if (typeof value !== 'object' || value === null || Array.isArray(value)) continue
    if (depth >= MOST_DEPTH || !walk(value as Record<string, unknown>, name + STEP, depth + 1, leaves)) return false
  }
  return true
}

export function noAttribute(): Attribute {
  return { numbers: noNumbers(), texts: [], hasNumber: false, hasOther: false, hasParts: false }
}

/** Adds what an attribute is in one more line. `isExact`: its numbers were read with all of their digits. */
export function addValue(attribute: Attribute, value: unknown, isExact: boolean): void {
  if (typeof value === 'number') {
    attribute.hasNumber = true
    addNumber(attribute.numbers, value, isExact)
  } else if (typeof value === 'object' && value !== null) {
    attribute.hasParts = true
    attribute.hasOther = true
  } else {
    const text = String(value)
    const number = typeof value === 'string' ? numberOf(value) : null
    if (number === null) attribute.hasOther = true
    else addNumber(attribute.numbers, number, true)
    addText(attribute, text)
  }
}

function addText(attribute: Attribute, text: string): void {
  const { texts } = attribute
  if (texts === null || texts.includes(text)) return
  texts.push(text)
  if (texts.length > MOST_TEXTS || text.length > MOST_CHARACTERS) attribute.texts = null
}

/** Where a filter finds an attribute among these names: by its name, or by the names on the way to it. Undefined for none. */
export function nameIn(names: ReadonlySet<string>, name: string): string | undefined {
  if (names.has(name)) return name
  const path = name.split('.').join(STEP)
  return names.has(path) ? path : undefined
}

/** Whether an attribute that all lines have is what is asked for. */
export function chanceOf({ numbers, texts, hasNumber, hasOther, hasParts }: Attribute, wanted: Value): Chance {
  if (wanted.kind === 'any') return ALWAYS
  if (wanted.kind !== 'is') return { may: mayBe(numbers, wanted), mayNot: hasOther || !areAll(numbers, wanted) }
  const number = wanted.parts.length === 1 ? numberOf(wanted.parts[0]!) : null
  if (number !== null) {
    const same: Value = { kind: 'range', from: number, to: number }
    return { may: mayBe(numbers, same), mayNot: hasOther || !areAll(numbers, same) }
  }
  if (texts === null) return PERHAPS
  return { may: texts.some((text) => isText(wanted, text)), mayNot: hasNumber || hasParts || texts.some((text) => !isText(wanted, text)) }
}

/** An attribute as each of its values alone; null where not all are known. */
export function valuesOf({ numbers, texts, hasNumber, hasParts }: Attribute): Attribute[] | null {
  if (numbers.values === null || texts === null) return null
  const one = (numbersOf: number[], textsOf: string[], rest: Pick<Attribute, 'hasNumber' | 'hasOther' | 'hasParts'>): Attribute => {
    const attribute = { ...noAttribute(), texts: textsOf, ...rest }
    for (const number of numbersOf) addNumber(attribute.numbers, number, true)
    return attribute
  }
  // A text that is a number is both. A number may be there without its text, so it is also taken alone.
  return [
    ...(hasNumber ? numbers.values.map((number) => one([number], [], { hasNumber: true, hasOther: false, hasParts: false })) : []),
    ...texts.map((text) => {
      const number = numberOf(text)
      return number === null ? one([], [text], { hasNumber: false, hasOther: true, hasParts: false }) : one([number], [text], { hasNumber: false, hasOther: false, hasParts: false })
    }),
    ...(hasParts ? [one([], [], { hasNumber: false, hasOther: true, hasParts: true })] : []),
  ]
}
