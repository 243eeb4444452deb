import { join } from 'node:path'

import type { Recipe, RecipeCommand } from '../../../contract/recipe'
import { makeMask } from '../../../telemetry/mask'
import { buildEnvironment } from '../../build/execute/build-environment'
import { executeCommands } from '../../build/execute-recipe'
import { noteProcess } from '../leftovers'
import { resolveEnvironment } from '../resolve-environment'
import { buildMark, type Run } from '../run'

/** What the commands of one build share. */
export type Workshop = { cwd: string; cacheDirectory: string; execute(commands: readonly RecipeCommand[], failure: 'install_failed' | 'build_failed'): Promise<void> }

/** Prepares to run a recipe's commands: their environment, their time limit, and what their output must not show. */
export async function openWorkshop(run: Run, recipe: Recipe): Promise<Workshop> {
  const { engine, deployment, folder } = run
  const environment = await resolveEnvironment(run)
  const mask = makeMask(environment.secrets)
  run.log.setMask(mask)
  const mark = buildMark(deployment.id)
  const cacheDirectory = engine.paths.cache(deployment.serviceId)
  const env = { ...buildEnvironment({ packageManager: recipe.packageManager, variables: environment.variables, cacheDirectory, homeDirectory: folder.home }), [mark.name]: mark.value }
  const endsAt = performance.now() + engine.config.buildTimeoutMs
  const cwd = join(folder.source, recipe.rootDirectory)
  return {
    cwd,
    cacheDirectory,
    execute: (commands, failure) =>
      executeCommands({
        commands,
        failure,
        directory: folder.source,
        cwd,
        env,
        mask,
        marks: [mark.entry],
        onLine: run.log.line,
        signal: run.signal,
        timeoutMs: Math.max(1, endsAt - performance.now()),
        onSpawn: (identity) => noteProcess(run, identity),
      }),
  }
}
