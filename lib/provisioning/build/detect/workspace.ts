import { posix } from 'node:path'

import type { SourceTree } from '../source-tree'
import { readManifest, type Manifest } from './app'

export const LOCK_FILES = ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb'] as const

/** Where dependencies are installed: the app's own folder, or the root of the workspace it belongs to. */
export type Workspace = { folder: string; manifest: Manifest | null; /** Why it is not the app's own folder. */ because: string | null }

/**
 * The nearest folder from the app upwards that has a lock file or declares a workspace. Without one, the app's own: a
 * package.json further up that declares neither says nothing about this app.
 */
export function findWorkspace(tree: SourceTree, appFolder: string): Workspace {
  for (const folder of foldersUp(appFolder)) {
    const at = (name: string) => posix.join(folder, name)
    const lock = LOCK_FILES.find((name) => tree.files.has(at(name)))
    const manifest = readManifest(tree, folder)
    const isOwn = folder === appFolder
    if (lock !== undefined && (isOwn || manifest !== null)) return { folder, manifest, because: isOwn ? null : at(lock) }
    if (isOwn) continue
    if (tree.files.has(at('pnpm-workspace.yaml'))) return { folder, manifest, because: at('pnpm-workspace.yaml') }
    if (manifest?.workspaces) return { folder, manifest, because: `${at('package.json')} → workspaces` }
  }
  return { folder: appFolder, manifest: readManifest(tree, appFolder), because: null }
}

function foldersUp(folder: string): string[] {
  const parts = folder === '' ? [] : folder.split('/')
  return Array.from({ length: parts.length + 1 }, (_, i) => parts.slice(0, parts.length - i).join('/'))
}
