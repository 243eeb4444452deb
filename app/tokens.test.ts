import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { SERVICE_STATE, SERVICE_STATES } from '../lib/domain/service-state'

// The tokens as they are written, held against WCAG 2.2: words on every ground they stand on, in both themes.

const CSS = readFileSync(join(import.meta.dirname, 'globals.css'), 'utf8')
const GROUNDS = ['canvas', 'surface', 'raised', 'overlay', 'sunken']
const WORDS = ['ink', 'muted', 'faint', 'accent', 'good', 'warning', 'bad', 'progress', 'quiet', 'neutral']
const THEMES = ['light', 'dark'] as const

/** Linear light of an opaque `oklch(L C H)`, by the definition of CSS Color 4. */
function lightOf(text: string): [number, number, number] {
  const [lightness, chroma, hue] = /oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)/.exec(text)!.slice(1).map(Number) as [number, number, number]
  const [a, b] = [chroma * Math.cos((hue * Math.PI) / 180), chroma * Math.sin((hue * Math.PI) / 180)]
  const [l, m, s] = [lightness + 0.3963377774 * a + 0.2158037573 * b, lightness - 0.1055613458 * a - 0.0638541728 * b, lightness - 0.0894841775 * a - 1.291485548 * b].map((root) => root ** 3) as [number, number, number]
  const rgb = [4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s, -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s, -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s]
  return rgb.map((part) => Math.min(1, Math.max(0, part))) as [number, number, number]
}

function token(name: string, theme: (typeof THEMES)[number]): string {
  const both = new RegExp(`--color-${name}: light-dark\\((oklch\\([^)]*\\)), (oklch\\([^)]*\\))\\)`).exec(CSS)
  if (both) return both[theme === 'light' ? 1 : 2]!
  return new RegExp(`--color-${name}: (oklch\\([^)]*\\))`).exec(CSS)![1]!
}

const SERIES = ['series-1', 'series-2', 'series-3', 'series-4', 'series-5', 'series-6']

/** Where light lies in Oklab: how far two lie apart is how different they look. */
function seen([red, green, blue]: readonly number[]): number[] {
  const cones = [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566], [0.0883024619, 0.2817188376, 0.6299787005]]
  const [l, m, s] = cones.map(([r, g, b]) => Math.cbrt(r! * red! + g! * green! + b! * blue!)) as [number, number, number]
  return [0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s, 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s, 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s]
}

/** The same light to somebody without cones for green (Machado, Oliveira and Fernandes 2009). */
function withoutGreen(light: readonly number[]): number[] {
  const rows = [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
  return rows.map((row) => Math.min(1, Math.max(0, row.reduce((sum, part, index) => sum + part * light[index]!, 0))))
}

const luminance = (text: string) => lightOf(text).reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index]!, 0)

function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

describe.each(THEMES)('%s', (theme) => {
  it.each(WORDS)('%s is readable on every ground', (word) => {
    const weak = GROUNDS.filter((ground) => contrast(token(word, theme), token(ground, theme)) < 4.5)
    expect(weak).toEqual([])
  })

  it.each(['accent-fill', 'accent-fill-hover', 'bad-fill'])('%s carries white words', (fill) => {
    expect(contrast(token(fill, theme), token('on-accent', theme))).toBeGreaterThanOrEqual(4.5)
  })
})

describe.each(THEMES)('lines of charts, %s', (theme) => {
  it.each(SERIES)('%s can be followed on every ground that charts stand on', (name) => {
    expect(['canvas', 'surface', 'raised'].filter((ground) => contrast(token(name, theme), token(ground, theme)) < 3)).toEqual([])
  })

  it('are told apart, also by those who see no green', () => {
    for (const see of [(light: readonly number[]) => seen(light), (light: readonly number[]) => seen(withoutGreen(light))]) {
      const places = SERIES.map((name) => see(lightOf(token(name, theme))))
      const close = places.flatMap((one, index) => places.slice(index + 1).map((other, after) => [`${index + 1} ${index + after + 2}`, Math.hypot(...one.map((part, axis) => part - other[axis]!))] as const)).filter(([, apart]) => apart < 0.09)
      expect(close).toEqual([])
    }
  })
})

it('never gives one shape two meanings: without colours a state is told by its shape and its word', () => {
  const tones = new Map<string, Set<string>>()
  for (const state of SERVICE_STATES) {
    const { shape, tone } = SERVICE_STATE[state]
    tones.set(shape, (tones.get(shape) ?? new Set()).add(tone))
  }
  expect([...tones].filter(([, own]) => own.size > 1)).toEqual([])
  expect(new Set(SERVICE_STATES.map((state) => SERVICE_STATE[state].word)).size).toBe(SERVICE_STATES.length)
})
