import { posix } from 'node:path'

import { z } from 'zod'

import type { SourceTree } from '../source-tree'
import type { Manifest } from './app'

const Names = z.record(z.string(), z.string()).default({})
const Package = z.object({ dependencies: Names, devDependencies: Names, optionalDependencies: Names })
const Lock = z.object({
  lockfileVersion: z.number(),
  packages: z.record(z.string(), z.unknown()).optional(),
  dependencies: z.record(z.string(), z.unknown()).optional(),
})

const KINDS = ['dependencies', 'devDependencies', 'optionalDependencies'] as const

/** Why `npm ci` would refuse this lock file, as a clause; null when it fits package.json. */
export function lockProblem(tree: SourceTree, folder: string, manifest: Manifest): string | null {
  const name = ['npm-shrinkwrap.json', 'package-lock.json'].find((file) => tree.files.has(posix.join(folder, file)))
  const text = name === undefined ? undefined : tree.texts.get(posix.join(folder, name))
  if (name === undefined) return 'there is no package-lock.json'
  if (text === undefined) return `${name} is too large to check`
  const lock = parse(text)
  if (lock === null) return `${name} cannot be read`
  if (lock.packages === undefined) return missingIn(Object.keys(lock.dependencies ?? {}), manifest, name)
  const root = Package.safeParse(lock.packages[''])
  if (!root.success) return `${name} does not describe this package`
  // npm drops from `dependencies` what is also optional, so both are compared as one.
  const wanted = merged(manifest)
  const locked = merged(root.data)
  for (const dependency of Object.keys({ ...wanted, ...locked }).sort()) {
    if (wanted[dependency] === locked[dependency]) continue
    return `${name} has ${dependency} as ${locked[dependency] ?? 'absent'}, package.json as ${wanted[dependency] ?? 'absent'}`
  }
  return null
}

function merged(manifest: Pick<Manifest, (typeof KINDS)[number]>): Record<string, string> {
  return Object.assign({}, ...KINDS.map((kind) => manifest[kind])) as Record<string, string>
}

function missingIn(locked: string[], manifest: Manifest, file: string): string | null {
  const names = new Set(locked)
  const missing = Object.keys(merged(manifest)).sort().find((name) => !names.has(name))
  return missing === undefined ? null : `${file} lacks ${missing}`
}

function parse(text: string): z.infer<typeof Lock> | null {
  try {
    return Lock.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}
