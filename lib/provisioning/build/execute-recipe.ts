import { mkdir, statfs } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'

import type { RecipeCommand } from '../../contract/recipe'
import { expandWords, formatCommandLine } from '../../domain/command-line'
import { DeploymentFailure, type FailureReason } from '../../domain/failure'
import type { ProcessIdentity } from '../process/identity'
import { residentMib } from '../process/resident-memory'
import { CommandNotFound, runCommand, type CommandBounds } from '../process/run-command'
import { isWithin } from '../files/copy-tree'
import { explainEnding } from './execute/explain-ending'
import { readTail } from './execute/read-tail'

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

/** Where the output of one command goes. */
export type Capture = { stdout: string; stderr: string; /** The command has ended. */ close(): void }

export type ExecuteCommands = {
  commands: readonly RecipeCommand[]
  /** Root of the source, absolute. */
  directory: string
  /** Folder the commands run in, absolute. */
  cwd: string
  env: Record<string, string>
  /** Which reason an exit code other than 0 has. */
  failure: Extract<FailureReason, 'install_failed' | 'build_failed'>
  /** Says what is run, masked. */
  say: (text: string) => void
  /** Files for the output of the next command; it writes to them itself, so that nothing it said is lost with us. */
  capture: () => Capture
  /** Takes secrets out of what is said and quoted. */
  mask?: (text: string) => string
  signal: AbortSignal
  /** For all commands together. */
  timeoutMs: number
  bounds: CommandBounds
  /** What they may hold together. `isKept`: the kernel sees to it. */
  memory: { limitMib: number; isKept: boolean }
}

const MEMORY_LOOK_MS = 1_000

/** Runs commands one after the other. Throws DeploymentFailure that says how one ended and the line that tells most. */
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
  const mask = execution.mask ?? ((text: string) => text)
  const shown = mask(formatCommandLine(command.argv))
  execution.say(`$ ${shown}`)
  const killsBefore = execution.bounds.cgroup?.memoryKills() ?? 0
  const capture = execution.capture()
  const watch = watchMemory(execution)
  try {
    const result = await runCommand({
      ...execution.bounds,
      argv: expandWords(command.argv, env),
      cwd,
      env,
      files: capture,
      signal: AbortSignal.any([execution.signal, watch.signal]),
      timeoutMs: Math.max(1, deadline - performance.now()),
      onSpawn: watch.onSpawn,
    })
    execution.signal.throwIfAborted()
    const failure = explainEnding({
      shown,
      ...result,
      timeoutMs: execution.timeoutMs,
      output: [...(await readTail(capture.stdout)), ...(await readTail(capture.stderr))].map(mask),
      memory: { limitMib: execution.memory.limitMib, kills: (execution.bounds.cgroup?.memoryKills() ?? 0) - killsBefore, overMib: watch.overMib() },
      freeBytes: await statfs(execution.directory).then(({ bavail, bsize }) => bavail * bsize, () => null),
      otherwise: execution.failure,
    })
    if (failure) throw failure
  } catch (error) {
    if (error instanceof CommandNotFound) throw new DeploymentFailure('command_not_found', `${error.message} It is the first word of: ${shown}`, { cause: error })
    throw error
  } finally {
    watch.stop()
    capture.close()
  }
}

/** Aborts a command that holds too much memory, where the kernel does not see to it. */
function watchMemory({ bounds, memory }: ExecuteCommands) {
  const controller = new AbortController()
  let leader: ProcessIdentity | null = null
  let overMib: number | null = null
  const look = () => {
    const mib = residentMib({ leader, marks: bounds.marks ?? [], cgroup: bounds.cgroup })
    if (mib <= memory.limitMib) return
    overMib ??= mib
    controller.abort()
  }
  const timer = memory.isKept ? undefined : setInterval(look, MEMORY_LOOK_MS)
  return {
    signal: controller.signal,
    onSpawn(identity: ProcessIdentity) {
      leader = identity
      bounds.onSpawn?.(identity)
    },
    overMib: () => overMib,
    stop: () => clearInterval(timer),
  }
}

/** Programs of dependencies are found by name, from the folder up to the root of the source, as npm does for scripts. */
function binFolders(cwd: string, directory: string): string[] {
  const folders: string[] = []
  for (let folder = cwd; isWithin(folder, directory); folder = dirname(folder)) folders.push(join(folder, 'node_modules', '.bin'))
  return folders
}
