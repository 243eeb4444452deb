import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'

import { transform } from 'esbuild'
import { expect, it } from 'vitest'

// What the page of a canvas loads before anything can be done with it: everything that is imported from its shell and not only
// for its types. Libraries that few need are loaded when somebody does.

const ROOT = process.cwd()
const SHELL = 'components/canvas/canvas-shell.tsx'
const LATER = ['zod', 'sonner', 'elkjs', 'croner', 'semver', '@xterm/xterm', '@tanstack/react-virtual', 'recharts']

const LATER_FILES = [
  'components/canvas/add-service.ts',
  'components/canvas/align.ts',
  'components/canvas/commands/command-desk.tsx',
  'components/canvas/commands/palette.tsx',
  'components/canvas/commands/table.ts',
  'components/canvas/commands/use-doing.ts',
  'components/canvas/draw-again.ts',
  'components/canvas/drop-doors.ts',
  'components/canvas/empty-canvas.tsx',
  'components/canvas/perform.ts',
  'components/alert/canvas-bell.tsx',
  'components/canvas/selection-tools.tsx',
  'components/presence/presence-people.tsx',
  'components/canvas/service-list.tsx',
  'components/canvas/use-groups.ts',
  'components/presence/presence-view.tsx',
  'components/service/use-service-actions.ts',
  'components/ui/menu-view.tsx',
  'components/ui/toaster-view.tsx',
  // The doors that a canvas begins with stand in first-doors.ts.
  'lib/contract/doors.ts',
  'lib/domain/failure.ts',
  'lib/domain/service-can.ts',
  'lib/domain/template.ts',
]
const MOST_BYTES = 42_000
const MOST_ICONS = 39

/** `import { type A, b } from 'c'` and the like; an import in parentheses is loaded later. */
const IMPORT = /^(?:import|export)\s+(?!type\b)(?:([^'";]*?)\s+from\s+)?'([^']+)'/gm

function fileOf(from: string, name: string): string | null {
  if (!name.startsWith('.') && !name.startsWith('@/')) return null
  const path = name.startsWith('@/') ? join(ROOT, name.slice(2)) : resolve(dirname(from), name)
  return ['.ts', '.tsx', '/index.ts', ''].map((end) => path + end).find((candidate) => existsSync(candidate)) ?? null
}

const hasValue = (names: string | undefined) => names === undefined || /\w/.test(names.replace(/\btype\s+\w+/g, ''))

/** Every file and package that is loaded with a file, by the first way that leads there. */
function loadedWith(file: string): { files: Map<string, string>; packages: Map<string, string>; icons: Set<string> } {
  const packages = new Map<string, string>()
  const icons = new Set<string>()
  const ways = new Map([[file, relative(ROOT, file)]])
  for (const [path, way] of ways) {
    for (const [, names, name] of readFileSync(path, 'utf8').matchAll(IMPORT)) {
      if (!hasValue(names)) continue
      const next = fileOf(path, name!)
      if (next === null) packages.set(name!, packages.get(name!) ?? way)
      if (name === 'lucide-react') for (const icon of names!.replace(/\btype\s+\w+/g, '').matchAll(/\w+/g)) icons.add(icon[0])
      if (next === null) continue
      if (!ways.has(next) && /\.tsx?$/.test(next)) ways.set(next, `${relative(ROOT, next)} ← ${way}`)
    }
  }
  return { files: new Map([...ways].map(([path, way]) => [relative(ROOT, path), way])), packages, icons }
}

const loaded = loadedWith(join(ROOT, SHELL))

it('a canvas begins without libraries that it does not need yet', () => {
  const { packages } = loaded
  expect([...packages.keys()]).toEqual(expect.arrayContaining(['react', '@xyflow/react', 'zustand']))
  expect([...packages].filter(([name]) => LATER.some((library) => name === library || name.startsWith(`${library}/`)))).toEqual([])
})

it('a canvas begins without what is needed when somebody does something', () => {
  const { files } = loaded
  expect([...files.keys()]).toEqual(expect.arrayContaining(['components/canvas/flow.tsx', 'components/canvas/commands/keyed.ts', 'components/service/service-line.ts']))
  expect(LATER_FILES.filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
  expect([...files].filter(([path]) => LATER_FILES.includes(path) || path.endsWith('-dialog.tsx'))).toEqual([])
})

// Measured by `npm run bench -- canvas`, where the budget is 250 kB with React, React Flow and Next, which take nearly 200. What is
// ours is held here: who needs more loads something else later, or finds out why it may be more.
it('a canvas begins with little code and few icons of ours', async () => {
  const sources = await Promise.all([...loaded.files.keys()].map(async (path) => (await transform(readFileSync(join(ROOT, path), 'utf8'), { loader: path.endsWith('x') ? 'tsx' : 'ts', jsx: 'automatic', minify: true })).code))
  expect(gzipSync(sources.join('\n')).length).toBeLessThan(MOST_BYTES)
  expect(loaded.icons.size).toBeLessThanOrEqual(MOST_ICONS)
})
