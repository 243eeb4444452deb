import { mkdir } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'

import type { RecipeCommand } from '../../contract/recipe'
import { expandWords, formatCommandLine } from '../../domain/command-line'
import { DeploymentFailure, type FailureReason } from '../../domain/failure'
import type { ProcessIdentity } from '../process/identity'
import { CommandNotFound, runCommand } from '../process/run-command'
import { isWithin } from '../files/copy-tree'
import { lastLines } from './execute/last-lines'

// Building, in this order:
//
//   fetchSource(…, directory)                           source/fetch-source.ts
//   tree   = readSourceTree(directory, rootDirectory)   source-tree.ts
//   recipe = planRecipe(tree, settings, rootDirectory)  plan-recipe.ts; store it: it is shown and logged
//   env    = buildEnvironment({ variables, packageManager: recipe.packageManager, … })   execute/build-environment.ts
//   executeCommands({ commands: recipe.install, failure: 'install_failed', … })
//   restoreCaches({ cwd, … })                           execute/caches.ts; after install, because npm ci empties node_modules
//   executeCommands({ commands: recipe.build, failure: 'build_failed', … })
//   saveCaches({ cwd, … })                              only when the build worked
//   packageArtifact({ directory, recipe, … })           package-artifact.ts; moves the tree, `directory` is gone or a rest
//
// `directory` is the root of the source, `cwd` the recipe's rootDirectory in it. A start command keeps `$PORT` and other
// names in its words: whoever starts it calls expandWords with the environment of the workload, which is the recipe's
// start.env with the service's variables and PORT over it. After an abort every function rejects with the reason of the
// signal; a DeploymentFailure is never an abort.

export type ExecuteCommands = {
  commands: readonly RecipeCommand[]
  /** Root of the source, absolute. */
  directory: string
  /** Folder the commands run in, absolute. */
  cwd: string
  env: Record<string, string>
  /** Which reason an exit code other than 0 has. */
  failure: Extract<FailureReason, 'install_failed' | 'build_failed'>
  onLine: (stream: 'stdout' | 'stderr' | 'platform', text: string) => void
  /** Takes secrets out of a line; applied before `onLine` and before a line is quoted in a failure. */
  mask?: (text: string) => string
  signal: AbortSignal
  /** For all commands together. */
  timeoutMs: number
  onSpawn?: (identity: ProcessIdentity) => void
  /** `NAME=value` entries of `env` that only this build has. */
  marks?: readonly string[]
}

const NICENESS = 10

/** Runs commands one after the other. Throws DeploymentFailure with the exit code and the line that tells most. */
export async function executeCommands(execution: ExecuteCommands): Promise<void> {
  const deadline = performance.now() + execution.timeoutMs
  for (const folder of [execution.env.HOME, execution.env.TMPDIR]) if (folder) await mkdir(folder, { recursive: true })
  for (const command of execution.commands) await execute(execution, command, deadline)
}

async function execute(execution: ExecuteCommands, command: RecipeCommand, deadline: number): Promise<void> {
  execution.signal.throwIfAborted()
  const cwd = command.directory === undefined ? execution.cwd : join(execution.directory, command.directory)
  const env = { ...execution.env, ...command.env }
  env.PATH = [...binFolders(cwd, execution.directory), env.PATH].join(delimiter)
  const argv = expandWords(command.argv, env)
  const shown = formatCommandLine(command.argv)
  const mask = execution.mask ?? ((text: string) => text)
  const output = lastLines()
  execution.onLine('platform', `$ ${mask(shown)}`)
  const result = await runCommand({
    argv,
    cwd,
    env,
    signal: execution.signal,
    timeoutMs: Math.max(1, deadline - performance.now()),
    niceness: NICENESS,
    onSpawn: execution.onSpawn,
    marks: execution.marks,
    onLine: (stream, text) => {
      const masked = mask(text)
      output.push(masked)
      execution.onLine(stream, masked)
    },
  }).catch((error: unknown) => {
    if (error instanceof CommandNotFound) throw new DeploymentFailure('command_not_found', `${error.message} It is the first word of: ${mask(shown)}`, { cause: error })
    throw error
  })
  execution.signal.throwIfAborted()
  if (result.timedOut) throw new DeploymentFailure('build_timeout', `${mask(shown)} was still running after ${minutes(execution.timeoutMs)} and was ended.`)
  if (result.code !== 0) throw new DeploymentFailure(execution.failure, ending(mask(shown), result, output.telling()))
}

function ending(shown: string, result: { code: number | null; signal: string | null }, telling: string): string {
  // The kernel ends what takes too much memory with SIGKILL; a shell in between reports it as 137.
  const isKilled = result.signal === 'SIGKILL' || result.code === 137
  const how = result.code === null ? `was ended by ${result.signal}` : `ended with code ${result.code}`
  const memory = isKilled ? ' The machine may have run out of memory.' : ''
  return `${shown} ${how}.${memory}${telling === '' ? '' : ` ${telling}`}`
}

function minutes(ms: number): string {
  return ms < 120_000 ? `${Math.round(ms / 1000)} seconds` : `${Math.round(ms / 60_000)} minutes`
}

/** Programs of dependencies are found by name, from the folder up to the root of the source, as npm does for scripts. */
function binFolders(cwd: string, directory: string): string[] {
  const folders: string[] = []
  for (let folder = cwd; isWithin(folder, directory); folder = dirname(folder)) folders.push(join(folder, 'node_modules', '.bin'))
  return folders
}
