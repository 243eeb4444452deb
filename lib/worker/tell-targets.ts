import { chosenDefaults, targetById } from '../db/queries/engine/targets'
import type { Db } from '../db/connection'
import { BUILT_IN_TARGETS } from '../domain/target'

/** What `npm start` says of targets: which one new projects use and why, and whether there is another one. */
export async function tellTargets(db: Db): Promise<string[]> {
  const docker = await targetById(db, BUILT_IN_TARGETS.docker)
  const chosen = await chosenDefaults(db)
  const engine = docker?.seen?.ok ? `Docker${docker.seen.engineVersion === null ? '' : ` ${docker.seen.engineVersion}`} was found` : null
  const choose = 'Settings → Targets'
  if (chosen.length === 1) return [`New projects run on ${chosen[0]!.target}, as chosen in ${choose}.${engine || docker === null ? '' : ` ${docker.name} does not answer now.`}`]
  if (chosen.length > 1) return [`New projects run on what their organization has chosen in ${choose}: ${chosen.map(({ organization, target }) => `${organization} on ${target}`).join(', ')}.`]
  if (engine !== null) return [`New projects run as processes of this machine, because nothing else is chosen. ${engine}: choose ${docker!.name} in ${choose} to run containers.`]
  return [`New projects run as processes of this machine; no Docker engine ${docker === null ? 'was found' : 'answers'}.`]
}
