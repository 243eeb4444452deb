import type { Recipe } from '../../../contract/recipe'
import { setRecipe } from '../../../db/queries/engine/deployments'
import { formatCommandLine } from '../../../domain/command-line'
import type { Source } from '../../../contract/source'
import { planRecipe } from '../../build/plan-recipe'
import { readSourceTree } from '../../build/source-tree'
import type { Run } from '../run'

/** Plans the build from what was fetched, and says how it was decided. `nodeMajors`: of the base images, where an image is made. */
export async function detectStage(run: Run, nodeMajors: readonly number[] | null = null): Promise<Recipe> {
  const { engine, deployment } = run
  const rootDirectory = rootDirectoryOf(deployment.spec.source)
  const tree = await readSourceTree(run.folder.source, rootDirectory, nodeMajors)
  const recipe = planRecipe(tree, deployment.spec.settings, rootDirectory)
  for (const decision of recipe.decisions) run.log.line('platform', `${decision.what}: ${decision.value} (${decision.decidedBy})`)
  for (const note of recipe.notes) run.log.line('platform', note)
  if (recipe.start.kind === 'command') run.log.line('platform', `It will be started with: ${formatCommandLine(recipe.start.argv)}`)
  await setRecipe(engine.db, deployment.id, recipe)
  return recipe
}

/** The folder inside the source that is built; empty for its root. */
export function rootDirectoryOf(source: Source): string {
  return source.type === 'git' || source.type === 'local' || source.type === 'upload' ? (source.rootDirectory ?? '') : ''
}
