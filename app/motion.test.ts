import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, it } from 'vitest'

// With `prefers-reduced-motion` nothing moves: what styles move is stilled once, for everything, and what scripts move asks first.

const FILES = ['app', 'components'].flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)))
const read = (ending: RegExp) => FILES.filter((file) => ending.test(file) && !/\.test\.tsx?$/.test(file)).map((file) => ({ file, text: readFileSync(file, 'utf8') }))
const styles = read(/\.css$/)
const scripts = read(/\.tsx?$/)

it('stills every animation and transition of every element, whatever a rule of its own says', () => {
  const [, block] = /@media \(prefers-reduced-motion: reduce\) \{\s*\*,\s*::before,\s*::after \{([^}]*)\}/.exec(readFileSync('app/globals.css', 'utf8')) ?? []
  const said = Object.fromEntries((block ?? '').split(';').flatMap((line) => (line.includes(':') ? [line.split(':').map((part) => part.trim()) as [string, string]] : [])))
  expect(said).toEqual({
    'animation-delay': '0s !important',
    'animation-duration': '0.01ms !important',
    'animation-iteration-count': '1 !important',
    'transition-delay': '0s !important',
    'transition-duration': '0.01ms !important',
    'scroll-behavior': 'auto !important',
  })
})

it('has no rule that insists on moving, which that one could not still', () => {
  expect(styles.length).toBeGreaterThan(1)
  const insisting = styles.flatMap(({ file, text }) => (text.replace(/@media \(prefers-reduced-motion[\s\S]*?\n\}/g, '').match(/(?:animation|transition)[^;{}]*!important/g) ?? []).map((rule) => `${file}: ${rule}`))
  expect(insisting).toEqual([])
})

it('asks before a script moves anything', () => {
  // SVG, the Web Animations API and React Flow hear of no style sheet.
  const moving = /\bduration:\s*(?!motionMs\()[\w.]|behavior:\s*['"]smooth|\.animate\(|<animate|requestAnimationFrame\(step\)/
  const found = scripts.filter(({ text }) => moving.test(text)).map(({ file }) => file)
  // It comes at once where it is told that no time is to pass.
  expect(found).toEqual(['components/canvas/glide.ts'])
  expect(readFileSync('components/canvas/glide.ts', 'utf8')).toContain('motionMs(GLIDE_MS) === 0')
})
