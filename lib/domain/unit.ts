import type { Unit } from './metric/measure'

// Numbers as people read them: a unit that gives two or three figures, and ticks at round numbers of that unit.

/** A unit to show amounts in: `amount / per` of them. */
export type Scale = { per: number; unit: string; isBinary: boolean; /** Parts of one are told. */ isFine?: boolean }

const KIB = 1024
const BYTES = ['B', 'KiB', 'MiB', 'GiB', 'TiB'].map((unit, power): Scale => ({ per: KIB ** power, unit, isBinary: true }))
const scale = (per: number, unit: string): Scale => ({ per, unit, isBinary: false })

/** Smallest first; the largest one that an amount reaches is taken. */
const SCALES: Record<Unit, readonly Scale[]> = {
  bytes: BYTES,
  bytes_per_second: BYTES.map((each) => ({ ...each, unit: `${each.unit}/s` })),
  milli_cpu: [scale(1000, 'CPU')],
  ms: [scale(1, 'ms'), scale(1000, 's'), scale(60_000, 'min')],
  per_second: [scale(1 / 60, '/min'), scale(1, '/s'), scale(1000, 'k/s')],
  ratio: [scale(0.01, '%')],
  count: [scale(1, ''), scale(1000, 'k'), scale(1e6, 'M')],
  number: [{ ...scale(1, ''), isFine: true }, scale(1000, 'k'), scale(1e6, 'M')],
}

/** The unit in which an amount has two or three figures. */
export function scaleFor(amount: number, unit: Unit): Scale {
  const scales = SCALES[unit]
  return scales.findLast(({ per }) => Math.abs(amount) >= per) ?? scales[0]!
}

/** `34.2 MiB`, `0.13 CPU`, `0.4 %`: three figures at most. `beside`: another amount whose unit is used, where the two stand side by side. */
export function amountWords(amount: number, unit: Unit, beside = amount): string {
  const chosen = scaleFor(beside, unit)
  return withUnit(figures(amount / chosen.per, chosen), chosen)
}

/** The number alone, for where the unit is said elsewhere. */
function figures(value: number, { unit, isFine }: Scale): string {
  const size = Math.abs(value)
  if (size === 0) return '0'
  // Bytes and pieces come whole.
  if (unit === 'B' || (unit === '' && !isFine)) return String(Math.round(value * 10) / 10)
  // A little is not nothing.
  if (size < 0.001) return value < 0 ? '>-0.001' : '<0.001'
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 3
  return String(Number(value.toFixed(digits)))
}

function withUnit(number: string, { unit }: Scale): string {
  return unit === '' ? number : unit.startsWith('/') || unit === 'k' || unit === 'M' ? `${number}${unit}` : `${number} ${unit}`
}

/** Processors are what the title of their chart says; the other units depend on the amount. */
function tickWords(number: string, chosen: Scale): string {
  return chosen.unit === 'CPU' ? number : withUnit(number, chosen)
}

export type Axis = { top: number; /** 0, or below it. */ bottom: number; ticks: { at: number; words: string }[] }

const TICKS = 4

/** Round numbers from nothing, or from below `least` where that is below zero, to at least `most`, in one unit. */
export function axisFor(most: number, unit: Unit, least = 0): Axis {
  const size = Math.max(most, -least)
  const reach = size > LEAST_REACH[unit] / 1000 ? size : LEAST_REACH[unit]
  const chosen = scaleFor(reach, unit)
  const whole = unit === 'count' ? 1 / chosen.per : 0
  // Nothing above zero needs no room there.
  const span = least < 0 ? Math.max(most, 0) - least : reach
  const step = Math.max(whole, roundStep(span / chosen.per / TICKS, chosen.isBinary))
  const count = Math.max(least < 0 ? 0 : 1, Math.ceil((least < 0 ? most : reach) / chosen.per / step - 1e-9))
  // A share has an end.
  const last = unit === 'ratio' ? Math.min(count, Math.ceil(1 / chosen.per / step - 1e-9)) : count
  const first = least < 0 ? Math.floor(least / chosen.per / step + 1e-9) : 0
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9))
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => tickAt(first + index))
  function tickAt(place: number) {
    return { at: place * step * chosen.per, words: place === 0 ? '0' : tickWords(String(Number((place * step).toFixed(digits))), chosen) }
  }
  return { top: last * step * chosen.per, bottom: first * step * chosen.per, ticks }
}

/** What the axis of something that is nothing reaches to. */
const LEAST_REACH: Record<Unit, number> = { bytes: KIB, bytes_per_second: KIB, milli_cpu: 100, ms: 100, per_second: 1 / 60, ratio: 0.01, count: 1, number: 0.01 }

/** The next of 1, 2, 5, 10, …; of 1, 2, 4, 8, … for what is counted in powers of two. */
function roundStep(rough: number, isBinary: boolean): number {
  if (isBinary && rough >= 1) return 2 ** Math.ceil(Math.log2(rough) - 1e-9)
  const power = 10 ** Math.floor(Math.log10(rough) + 1e-9)
  return power * ([1, 2, 5].find((each) => each * power >= rough * (1 - 1e-9)) ?? 10)
}
