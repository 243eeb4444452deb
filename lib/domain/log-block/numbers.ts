import type { Value } from '../log-filter/filter'

// Which numbers there are among many, so that it can be said that none is within bounds. Few are kept as they are; of more, the least, the
// greatest, and which half octaves have any: what lies far from the others does not make everything between look occupied.

/** `values` in order, or null for too many, of which `octaves` tells, in order. */
export type Numbers = { least: number; greatest: number; values: number[] | null; octaves: number[] }

const MOST_VALUES = 8

export function noNumbers(): Numbers {
  return { least: Infinity, greatest: -Infinity, values: [], octaves: [] }
}

/** Adds a number; one that was read from more digits than a number of JavaScript has stands for those around it. */
export function addNumber(numbers: Numbers, value: number, isExact: boolean): void {
  if (isExact) return add(numbers, value)
  numbers.values = null
  const about = Math.abs(value) * 2 ** -50
  for (const each of [value - about, value, value + about]) add(numbers, Number.isNaN(each) ? value : each)
}

function add(numbers: Numbers, value: number): void {
  const { values, octaves } = numbers
  if (values !== null) {
    if (values.includes(value)) return
    values.push(value)
    if (values.length > MOST_VALUES) numbers.values = null
  }
  if (value < numbers.least) numbers.least = value
  if (value > numbers.greatest) numbers.greatest = value
  const octave = octaveOf(value)
  if (!octaves.includes(octave)) octaves.push(octave)
}

/** Rises with the number. */
function octaveOf(value: number): number {
  if (value === 0) return 0
  const size = Math.abs(value)
  const octave = size === Infinity ? 4_400 : Math.floor(2 * Math.log2(size)) + 2_200
  return value > 0 ? octave : -octave
}

/** Whether one of them can be what is asked for. */
export function mayBe(numbers: Numbers, wanted: Value): boolean {
  const { least, greatest, values, octaves } = numbers
  if (values !== null) return values.some((value) => isWithin(value, wanted))
  if (wanted.kind === 'compare') return isWithin(least, wanted) || isWithin(greatest, wanted)
  if (wanted.kind !== 'range' || greatest < wanted.from || least > wanted.to) return false
  const [first, last] = [octaveOf(wanted.from), octaveOf(wanted.to)]
  return octaves.some((octave) => octave >= first && octave <= last)
}

/** Whether all of them are what is asked for. */
export function areAll(numbers: Numbers, wanted: Value): boolean {
  if (numbers.values !== null) return numbers.values.every((value) => isWithin(value, wanted))
  return isWithin(numbers.least, wanted) && isWithin(numbers.greatest, wanted)
}

function isWithin(value: number, wanted: Value): boolean {
  if (wanted.kind === 'range') return value >= wanted.from && value <= wanted.to
  if (wanted.kind !== 'compare') return false
  const { comparison, number } = wanted
  if (comparison === '>') return value > number
  if (comparison === '>=') return value >= number
  return comparison === '<' ? value < number : value <= number
}
