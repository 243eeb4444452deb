import { lstat, opendir, readFile, realpath, stat } from 'node:fs/promises'
import { join, posix } from 'node:path'

import { DeploymentFailure } from '../../domain/failure'
import { isWithin } from '../files/copy-tree'

/** What planning may look at: names, and the text of files that decide. A value, so that planning needs no disk. */
export type SourceTree = {
  /** Files, relative to the root of the source, with `/`; sorted. */
  files: ReadonlySet<string>
  /** Text of the deciding files, by path. */
  texts: ReadonlyMap<string, string>
  /** Version of the Node that will run commands on this machine. */
  nodeVersion: string
  /** Where an image is made instead: the major versions of Node that it can be made with, the one to take first. */
  nodeMajors: readonly number[] | null
}

const SKIPPED = new Set(['node_modules', '.git', '.next', '.nuxt', '.svelte-kit', '.turbo', '.cache'])
const MAX_FILES = 20_000
const MAX_DEPTH = 12
const MAX_TEXT_BYTES = 30_000_000

const DECIDING =
  /^(package\.json|package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|pnpm-workspace\.yaml|yarn\.lock|\.yarnrc\.yml|\.npmrc|\.nvmrc|\.node-version|\.tool-versions|Procfile|Staticfile|angular\.json|turbo\.json|(next|vite|astro|react-router|svelte|nuxt|docusaurus)\.config\.[cm]?[jt]s)$/

/**
 * Reads what decides a build. Links are followed only inside the source. Throws DeploymentFailure when `rootDirectory`
 * is not a folder of the source.
 */
export async function readSourceTree(directory: string, rootDirectory: string, nodeMajors: readonly number[] | null = null): Promise<SourceTree> {
  const top = await realpath(directory)
  await demandRootDirectory(top, rootDirectory)
  const files: string[] = []
  const texts = new Map<string, string>()
  const pending = [{ folder: '', depth: 0 }]
  for (let next = pending.pop(); next !== undefined && files.length < MAX_FILES; next = pending.pop()) {
    for await (const entry of await opendir(join(top, next.folder))) {
      const path = posix.join(next.folder, entry.name)
      if (entry.isDirectory()) {
        if (!SKIPPED.has(entry.name) && next.depth < MAX_DEPTH) pending.push({ folder: path, depth: next.depth + 1 })
        continue
      }
      if (!(await isFileInside(top, path, entry.isFile()))) continue
      files.push(path)
      if (DECIDING.test(entry.name) && isOnTheWay(next.folder, rootDirectory)) {
        const text = await readText(join(top, path))
        if (text !== null) texts.set(path, text)
      }
    }
  }
  return { files: new Set(files.sort()), texts, nodeVersion: process.versions.node, nodeMajors }
}

async function demandRootDirectory(top: string, rootDirectory: string): Promise<void> {
  if (rootDirectory === '') return
  const found = await realpath(join(top, rootDirectory)).catch(() => null)
  const isFolder = found !== null && isWithin(found, top) && (await stat(found)).isDirectory()
  if (isFolder) return
  const folders: string[] = []
  for await (const entry of await opendir(top)) if (entry.isDirectory() && !entry.name.startsWith('.')) folders.push(entry.name)
  const others = folders.length === 0 ? 'It has no folders.' : `Folders found: ${folders.sort().slice(0, 12).join(', ')}.`
  const what = found === null ? 'The source has no folder' : isWithin(found, top) ? 'In the source this is a file, not a folder:' : 'This leads out of the source:'
  throw new DeploymentFailure('root_directory_missing', `${what} ${rootDirectory}. ${others}`)
}

/** The root directory, and every folder above it: a lock file or workspace may lie there. */
function isOnTheWay(folder: string, rootDirectory: string): boolean {
  return folder === '' || folder === rootDirectory || rootDirectory.startsWith(`${folder}/`)
}

async function isFileInside(top: string, path: string, isFile: boolean): Promise<boolean> {
  if (isFile) return true
  const found = await realpath(join(top, path)).catch(() => null)
  return found !== null && isWithin(found, top) && (await lstat(found)).isFile()
}

async function readText(path: string): Promise<string | null> {
  const { size } = await stat(path)
  return size > MAX_TEXT_BYTES ? null : (await readFile(path, 'utf8')).replace(/^\uFEFF/, '')
}
