import { ENGINE_NAMES, ENGINES, type EngineName, type FoundEngine, type FoundEngines } from '../../domain/engine/engines'
import { findRunAs } from '../../supervisor/postgres/run-as'
import { SERVER_PATH } from './find-program'
import { RECIPES } from './recipes'

/** Which version of an engine this machine has, or what to do about it. */
export async function findEngine(name: EngineName, signal: AbortSignal): Promise<FoundEngine> {
  const recipe = RECIPES[name].process
  if (!recipe) return { version: null, missing: `${ENGINES[name].word} is not run as a process of the machine. Use an environment on a Docker target.` }
  const runAs = name === 'postgres' ? await findRunAs(recipe.user) : null
  const programs = await recipe.find({ runAs, path: SERVER_PATH, signal })
  return programs ? { version: programs.version, missing: null } : { version: null, missing: `${ENGINES[name].word} is not installed on this machine. ${recipe.install}` }
}

/** The same of every engine. */
export async function findEngines(signal: AbortSignal): Promise<FoundEngines> {
  return Object.fromEntries(await Promise.all(ENGINE_NAMES.map(async (name) => [name, await findEngine(name, signal)] as const)))
}
