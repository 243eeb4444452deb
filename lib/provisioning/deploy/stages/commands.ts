import { join } from 'node:path'

import type { Recipe, RecipeCommand } from '../../../contract/recipe'
import { makeMask } from '../../../telemetry/mask'
import { buildEnvironment } from '../../build/execute/build-environment'
import { executeCommands } from '../../build/execute-recipe'
import { resolveEnvironment } from '../resolve-environment'
import { digestsOf } from '../reuse-build'
import type { Run } from '../run'

/** What the commands of one build share. */
export type Workshop = { cwd: string; cacheDirectory: string; /** Digests of the variables they are given. */ builtWith: Record<string, string>; execute(run: Run, commands: readonly RecipeCommand[], failure: 'install_failed' | 'build_failed'): Promise<void> }

/** Prepares to run a recipe's commands: their environment, their time limit, and what their output must not show. */
export async function openWorkshop(run: Run, recipe: Recipe): Promise<Workshop> {
  const { engine, deployment, folder, enclosure, log } = run
  const environment = await resolveEnvironment(run, 'build')
  log.hide(environment.secrets)
  const cacheDirectory = engine.paths.cache(deployment.serviceId)
  const env = { ...buildEnvironment({ packageManager: recipe.packageManager, variables: environment.variables, cacheDirectory, homeDirectory: folder.home }), ...enclosure.env }
  const endsAt = performance.now() + engine.config.buildTimeoutMs
  const cwd = join(folder.source, recipe.rootDirectory)
  return {
    cwd,
    cacheDirectory,
    builtWith: digestsOf(run, environment.variables),
    execute: ({ signal }, commands, failure) =>
      executeCommands({
        commands,
        failure,
        directory: folder.source,
        cwd,
        env,
        mask: makeMask(environment.secrets),
        say: (text) => log.line('platform', text),
        capture: log.capture,
        signal,
        timeoutMs: Math.max(1, endsAt - performance.now()),
        bounds: enclosure.bounds,
        memory: enclosure.memory,
      }),
  }
}
