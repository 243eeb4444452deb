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

it('never gives one shape two meanings: without colours a state is told by its shape and its word', () => {
  const tones = new Map<string, Set<string>>()
  for (const state of SERVICE_STATES) {
    const { shape, tone } = SERVICE_STATE[state]
    tones.set(shape, (tones.get(shape) ?? new Set()).add(tone))
  }
  expect([...tones].filter(([, own]) => own.size > 1)).toEqual([])
  expect(new Set(SERVICE_STATES.map((state) => SERVICE_STATE[state].word)).size).toBe(SERVICE_STATES.length)
})
