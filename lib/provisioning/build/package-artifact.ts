import { lstat, mkdir, opendir, readdir, readlink, realpath, rm, stat, cp } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path'

import type { Recipe } from '../../contract/recipe'
import { formatCommandLine } from '../../domain/command-line'
import { operatorEnvironment } from '../../config'
import { DeploymentFailure } from '../../domain/failure'
import { findProgram } from '../process/command-not-found'
import { runCommand } from '../process/run-command'
import { isWithin } from '../files/copy-tree'
import { move } from './execute/caches'

export type PackageArtifact = {
  /** Root of the built source. It is moved away. */
  directory: string
  recipe: Recipe
  /** Where the artifact will be; on the same disk, so that it is there whole or not at all. */
  artifactDirectory: string
}

/** `workingDirectory` and the folder of `start` are relative to the artifact; empty for its root. */
export type PackagedArtifact = { start: Recipe['start']; workingDirectory: string; sizeBytes: number }

const DU_MS = 60_000

/**
 * Turns a built source into an artifact. Repeated after a crash it finds what it made: the artifact appears by one rename,
 * so when it is there it is whole. Throws DeploymentFailure when what should start or be served was not made.
 */
export async function packageArtifact({ directory, recipe, artifactDirectory }: PackageArtifact): Promise<PackagedArtifact> {
  const exists = await lstat(artifactDirectory).then(() => true, () => false)
  if (!exists) {
    await mkdir(dirname(artifactDirectory), { recursive: true })
    if (recipe.start.kind === 'files') await moveFiles(directory, recipe, artifactDirectory)
    else await moveTree(directory, recipe, artifactDirectory)
  }
  const sizeBytes = await sizeOf(artifactDirectory)
  if (recipe.start.kind === 'files') return { start: { ...recipe.start, directory: '', fallback: await existingFallback(artifactDirectory, recipe.start.fallback) }, workingDirectory: '', sizeBytes }
  return { start: { ...recipe.start, argv: await resolveProgram(artifactDirectory, recipe.rootDirectory, recipe.start.argv) }, workingDirectory: recipe.rootDirectory, sizeBytes }
}

async function moveTree(directory: string, recipe: Recipe, artifactDirectory: string): Promise<void> {
  if (recipe.start.kind === 'command') {
    await demandScript(join(directory, recipe.rootDirectory), recipe.start.argv)
    await resolveProgram(directory, recipe.rootDirectory, recipe.start.argv)
  }
  await rm(join(directory, '.git'), { recursive: true, force: true })
  await move(directory, artifactDirectory)
}

async function moveFiles(directory: string, recipe: Recipe, artifactDirectory: string): Promise<void> {
  if (recipe.start.kind !== 'files') return
  const top = await realpath(directory)
  const wanted = join(top, recipe.rootDirectory, recipe.start.directory)
  const output = await realpath(wanted).catch(() => null)
  const isFolder = output !== null && isWithin(output, top) && (await stat(output)).isDirectory()
  if (!isFolder || (await readdir(output)).length === 0) throw await outputMissing(join(top, recipe.rootDirectory), recipe.start.directory, isFolder)
  await removePrivate(output)
  await settleLinks(output, top)
  await move(output, artifactDirectory)
}

/** What lies beside the pages of an unbuilt site and is nobody's business. */
async function removePrivate(output: string): Promise<void> {
  for (const name of await readdir(output)) {
    if (name === '.git' || name === 'node_modules' || /^\.env(\.|$)/.test(name) || name === '.npmrc') await rm(join(output, name), { recursive: true, force: true })
  }
}

/** A link to something else in the source becomes a copy of it; one that leads out of the source goes. */
async function settleLinks(output: string, top: string): Promise<void> {
  const pending = [output]
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    for await (const entry of await opendir(folder)) {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) pending.push(path)
      if (!entry.isSymbolicLink()) continue
      const target = await realpath(path).catch(() => null)
      const link = await readlink(path)
      // An absolute link would lead to where the source no longer is.
      const staysInside = target !== null && isWithin(target, output) && !isAbsolute(link) && isWithin(resolve(folder, link), output)
      if (staysInside) continue
      await rm(path)
      const isPrivate = target === null || !isWithin(target, top) || isWithin(target, join(top, '.git')) || isWithin(output, target)
      if (!isPrivate) await cp(target, path, { recursive: true, dereference: false, verbatimSymlinks: true })
      if (!isPrivate && (await lstat(path)).isDirectory()) pending.push(path)
    }
  }
}

async function outputMissing(root: string, directory: string, isEmpty: boolean): Promise<DeploymentFailure> {
  if (isEmpty) return new DeploymentFailure('output_missing', `The build left ${directory || 'the folder'} empty.`)
  const found: string[] = []
  for await (const entry of await opendir(root)) if (entry.isDirectory() && !/^(\.git|node_modules)$/.test(entry.name)) found.push(entry.name)
  const others = found.length === 0 ? 'There are no other folders.' : `Folders found: ${found.sort().slice(0, 12).join(', ')}.`
  return new DeploymentFailure('output_missing', `The build did not make ${directory}. ${others}`)
}

/** `node dist/server.js` without that file would only crash; better said here. */
async function demandScript(cwd: string, argv: readonly string[]): Promise<void> {
  const [program, script] = argv
  if (program !== 'node' || script === undefined || script.startsWith('-') || script.includes('$')) return
  for (const ending of ['', '.js', '.cjs', '.json', '.node']) if (await lstat(resolve(cwd, script + ending)).then(() => true, () => false)) return
  throw new DeploymentFailure('output_missing', `The start command is ${formatCommandLine(argv)}, but there is no ${script} after the build.`)
}

/** A program of a dependency is started by its path, so that nothing needs to know where node_modules lies. */
async function resolveProgram(root: string, rootDirectory: string, argv: readonly string[]): Promise<string[]> {
  const [program = '', ...args] = argv
  const cwd = join(root, rootDirectory)
  if (program.includes('/') || program.includes('$')) return [...argv]
  for (let folder = cwd; isWithin(folder, root); folder = dirname(folder)) {
    const file = join(folder, 'node_modules', '.bin', program)
    if (await stat(file).then((found) => found.isFile(), () => false)) return [`./${relative(cwd, file)}`.replace(/^\.\/\.\.\//, '../'), ...args]
  }
  if (findProgram(program, { cwd, path: operatorEnvironment().PATH ?? '' }) !== null) return [...argv]
  throw new DeploymentFailure('command_not_found', `The start command begins with ${basename(program)}, which is neither a dependency nor installed on this machine.`)
}

/** React Router names the page for unknown paths differently when it also renders the first page ahead. */
async function existingFallback(artifact: string, fallback: string | null): Promise<string | null> {
  if (fallback === null) return null
  for (const name of fallback === 'index.html' ? ['__spa-fallback.html', 'index.csr.html', fallback] : [fallback]) {
    if (await stat(join(artifact, name)).then((found) => found.isFile(), () => false)) return name
  }
  return null
}

async function sizeOf(directory: string): Promise<number> {
  const lines: string[] = []
  await runCommand({ argv: ['du', '-sk', '--', directory], cwd: dirname(directory), env: { PATH: operatorEnvironment().PATH ?? '' }, signal: AbortSignal.timeout(DU_MS), timeoutMs: DU_MS, onLine: (_, text) => lines.push(text) })
  return Number(/^(\d+)\s/.exec(lines.at(-1) ?? '')?.[1] ?? 0) * 1024
}
