import { isDeepStrictEqual } from 'node:util'

import { activeBuild, reuse, type KeptBuild } from '../../db/queries/engine/kept-build'
import { OF_ONE_DEPLOYMENT } from '../../domain/platform-variables'
import { resolveEnvironment } from './resolve-environment'
import type { Run } from './run'

// A change that no build can tell makes a new deployment of the build that serves. Whether it can is decided here, with every
// reference resolved: digests of what a build was given are kept with it.

/** The same commit is the same code, whatever it is called; the rest differs each time. */
const NO_INPUT = [...OF_ONE_DEPLOYMENT, 'EASEL_COMMIT']

/** Digests of the variables that a build is given, by key. They tell nothing of the values to whoever lacks the key of the instance. */
export function digestsOf({ engine, deployment }: Pick<Run, 'engine' | 'deployment'>, variables: Readonly<Record<string, string>>): Record<string, string> {
  const inputs = Object.entries(variables).filter(([key]) => !NO_INPUT.includes(key))
  return Object.fromEntries(inputs.map(([key, value]) => [key, engine.seal.digest(value, `build:${deployment.serviceId}:${key}`)]))
}

/** Gives a deployment that builds only when needed the build that serves, if that was made of the same. Says which way it went. */
export async function reuseBuild(run: Run): Promise<boolean> {
  const { engine, deployment, log } = run
  if (deployment.builds !== 'when_needed') return false
  const kept = await activeBuild(engine.db, deployment.serviceId)
  if (kept === null) return false
  const reason = await whyNot(run, kept)
  if (reason !== null) {
    log.line('platform', `It is built: ${reason}`)
    return false
  }
  if (!(await reuse(engine.db, deployment, kept))) return false
  Object.assign(deployment, { artifactId: kept.artifactId, recipe: kept.recipe, revision: kept.revision, reusesDeploymentId: kept.id })
  log.line('platform', `Nothing that it is built from has changed: the build of deployment ${kept.number} is used again, and nothing is built.`)
  return true
}

/** Why a build cannot be used again, as a sentence; null when it can. */
async function whyNot(run: Run, kept: KeptBuild): Promise<string | null> {
  const { deployment, target } = run
  const { source, settings, ref } = deployment.spec
  if (source.type === 'local') return 'a folder may have changed at any time.'
  if (!isDeepStrictEqual(kept.spec.source, source) || ref !== null || kept.spec.ref !== null) return 'its source is another one.'
  const setting = (['installCommand', 'buildCommand', 'startCommand', 'outputDirectory', 'build'] as const).find((name) => !isDeepStrictEqual(kept.spec.settings[name], settings[name]))
  if (setting !== undefined) return 'settings of the build have changed.'
  if (kept.kind === 'image' && kept.targetId !== target.id) return 'its image is elsewhere.'
  if (kept.builtWith === null) return 'it is not known what the last build was made with.'
  const present = digestsOf(run, (await resolveEnvironment(run, 'build')).variables)
  const changed = [...new Set([...Object.keys(present), ...Object.keys(kept.builtWith)])].filter((key) => present[key] !== kept.builtWith![key]).sort()
  if (changed.length === 0) return null
  return changed.length === 1 ? `the build variable ${changed[0]} has changed.` : `the build variables ${changed.slice(0, 5).join(', ')}${changed.length > 5 ? ` and ${changed.length - 5} more` : ''} have changed.`
}
