import { posix } from 'node:path'

import { z } from 'zod'

import { DeploymentFailure } from '../../../domain/failure'
import type { SourceTree } from '../source-tree'

// People write anything into package.json; what has the wrong shape counts as absent instead of failing.
const Names = z.record(z.string(), z.string()).catch({})
const Text = z.string().optional().catch(undefined)

const Manifest = z.object({
  name: Text,
  main: Text,
  packageManager: Text,
  scripts: Names.default({}),
  dependencies: Names.default({}),
  devDependencies: Names.default({}),
  optionalDependencies: Names.default({}),
  engines: Names.default({}),
  workspaces: z.union([z.array(z.string()), z.object({ packages: z.array(z.string()) }).transform((value) => value.packages)]).optional().catch(undefined),
})
export type Manifest = z.infer<typeof Manifest>

/** The package that is built: its manifest and its folder in the source. */
export type App = {
  tree: SourceTree
  /** Folder inside the source, empty for the root. */
  folder: string
  manifest: Manifest
  /** Every dependency by name, development ones included. */
  dependencies: Readonly<Record<string, string>>
  has(path: string): boolean
  text(path: string): string | undefined
  /** The first of these files that exists. */
  first(paths: readonly string[]): string | undefined
}

/** The app in `folder`. Throws DeploymentFailure for a package.json that cannot be read. */
export function readApp(tree: SourceTree, folder: string): App {
  const manifest = readManifest(tree, folder) ?? Manifest.parse({})
  const at = (path: string) => posix.join(folder, path)
  return {
    tree,
    folder,
    manifest,
    dependencies: { ...manifest.optionalDependencies, ...manifest.devDependencies, ...manifest.dependencies },
    has: (path) => tree.files.has(at(path)),
    text: (path) => tree.texts.get(at(path)),
    first: (paths) => paths.find((path) => tree.files.has(at(path))),
  }
}

/** The manifest in `folder`, null when there is none. */
export function readManifest(tree: SourceTree, folder: string): Manifest | null {
  const path = posix.join(folder, 'package.json')
  const text = tree.texts.get(path)
  if (text === undefined) return null
  try {
    return Manifest.parse(JSON.parse(text))
  } catch (cause) {
    const why = cause instanceof SyntaxError ? cause.message : 'it is not an object'
    throw new DeploymentFailure('no_recipe', `${path} cannot be read: ${why}.`, { cause })
  }
}
