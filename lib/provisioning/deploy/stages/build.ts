import { access } from 'node:fs/promises'

import type { Recipe } from '../../../contract/recipe'
import { add } from '../../../db/queries/engine/artifacts'
import * as stages from '../../../db/queries/engine/stages'
import { restoreCaches, saveCaches } from '../../build/execute/caches'
import { packageArtifact } from '../../build/package-artifact'
import type { Run } from '../run'
import type { Workshop } from './commands'

/** Runs the build with what the last one kept, and keeps its result. */
export async function buildStage(run: Run, recipe: Recipe, workshop: Workshop): Promise<void> {
  // Done before, but not noted: the source has become the artifact.
  if (await isPackaged(run)) return keepArtifact(run, recipe, null)
  const caches = { cwd: workshop.cwd, cacheDirectory: workshop.cacheDirectory, cacheDirectories: recipe.cacheDirectories, onLine: run.log.line }
  await restoreCaches(caches)
  await workshop.execute(run, recipe.build, 'build_failed')
  await saveCaches(caches)
  run.signal.throwIfAborted()
  await keepArtifact(run, recipe, workshop.builtWith)
}

/**
 * Turns the built source into the deployment's artifact. Its name is derived from the deployment, and it appears by one
 * rename: done twice, or gone on with after a crash, it is the same artifact. `builtWith`: null when that is no longer known.
 */
export async function keepArtifact(run: Run, recipe: Recipe, builtWith: Workshop['builtWith'] | null): Promise<void> {
  const { engine, deployment } = run
  const id = artifactIdOf(deployment.id)
  const packaged = await packageArtifact({ directory: run.folder.source, recipe, artifactDirectory: engine.paths.artifact(id) })
  await engine.db.transaction(async (tx) => {
    await add(tx, { id, serviceId: deployment.serviceId, ...packaged, builtWith }, deployment.id)
    // Here and not afterwards: whoever goes on with a deployment that has its artifact builds nothing.
    await stages.finish(tx, deployment.id, 'build', { status: 'done', error: null, at: engine.now() })
  })
  deployment.artifactId = id
}

/** Whether the artifact is there, and so is whole. */
export function isPackaged({ engine, deployment }: Run): Promise<boolean> {
  return access(engine.paths.artifact(artifactIdOf(deployment.id))).then(() => true, () => false)
}

export function artifactIdOf(deploymentId: string): string {
  return deploymentId.replace(/^dep_/, 'art_')
}
