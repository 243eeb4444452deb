import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

import { expect, it } from 'vitest'

// What the page of a canvas loads before anything can be done with it: everything that is imported from its shell and not only
// for its types. Libraries that few need are loaded when somebody does.

const ROOT = process.cwd()
const SHELL = 'components/canvas/canvas-shell.tsx'
const LATER = ['zod', 'sonner', 'elkjs', 'croner', 'semver', '@xterm/xterm', '@tanstack/react-virtual']

/** `import { type A, b } from 'c'` and the like; an import in parentheses is loaded later. */
const IMPORT = /^(?:import|export)\s+(?!type\b)(?:([^'";]*?)\s+from\s+)?'([^']+)'/gm

function fileOf(from: string, name: string): string | null {
  if (!name.startsWith('.') && !name.startsWith('@/')) return null
  const path = name.startsWith('@/') ? join(ROOT, name.slice(2)) : resolve(dirname(from), name)
  return ['.ts', '.tsx', '/index.ts', ''].map((end) => path + end).find((candidate) => existsSync(candidate)) ?? null
}

const hasValue = (names: string | undefined) => names === undefined || /\w/.test(names.replace(/\btype\s+\w+/g, ''))

/** Every package that is loaded with a file, by the first way that leads there. */
function packagesFrom(file: string): Map<string, string> {
  const found = new Map<string, string>()
  const ways = new Map([[file, relative(ROOT, file)]])
  for (const [path, way] of ways) {
    for (const [, names, name] of readFileSync(path, 'utf8').matchAll(IMPORT)) {
      if (!hasValue(names)) continue
      const next = fileOf(path, name!)
      if (next === null) found.set(name!, found.get(name!) ?? way)
      else if (!ways.has(next) && /\.tsx?$/.test(next)) ways.set(next, `${relative(ROOT, next)} ← ${way}`)
    }
  }
  return found
}

it('a canvas begins without libraries that it does not need yet', () => {
  const packages = packagesFrom(join(ROOT, SHELL))
  expect([...packages.keys()]).toEqual(expect.arrayContaining(['react', '@xyflow/react', 'zustand']))
  expect([...packages].filter(([name]) => LATER.some((library) => name === library || name.startsWith(`${library}/`)))).toEqual([])
})
