import type { Db } from '../../db/connection'
import { configure, find, lock } from '../../db/queries/services'
import * as rotations from '../../db/queries/rotations'
import { openEnvironment, sealEnvironment } from '../../secrets/sealed-environment'
import { openFrozen, sealFrozen } from '../../secrets/sealed-variables'
import type { Credential, Login } from '../../secrets/sealed-rotation'
import { resolveEnvironment } from '../deploy/resolve-environment'
import type { Door } from '../database/recipe'
import { servingOf } from './serving'
import { doorOf, inTransaction, type Turn } from './turn'

// What the serving version of the database is said to have been given. Its process keeps running as it is; its checks, and the
// next start of it, go by this.

/** The way in as somebody; null while the database does not run. */
export async function openDoor(turn: Turn, login: Login): Promise<Door | null> {
  const serving = await servingOf(turn)
  const given = openEnvironment(turn.engine.seal, serving.id, serving.environmentSealed!).variables
  const key = turn.facts.login.database
  return doorOf(turn, { deploymentId: serving.id, login, database: key === null ? null : (given[key] ?? null) })
}

type Said = { /** What its variables say. */ password: Credential; /** Valid as well, for as long as both are; null for none. */ other: Credential | null }

/** Prepares giving it other credentials. `write` alone, or `within` a transaction that holds the rotation. */
export async function tellServer(turn: Turn, { password, other }: Said): Promise<{ within(tx: Db): Promise<void>; write(): Promise<void> }> {
  const { engine, place, part } = turn
  const { seal } = engine
  const serving = await servingOf(turn)
  const frozen = { ...openFrozen(seal, serving.id, serving.variablesSealed), ...password.variables }
  const variablesSealed = sealFrozen(seal, serving.id, frozen)
  const former = openEnvironment(seal, serving.id, serving.environmentSealed!)
  const resolved = await resolveEnvironment({ engine, place, deployment: serving, frozen }, 'run')
  const variables = { ...resolved.variables }
  if (part.otherPasswordKey !== null && other !== null) variables[part.otherPasswordKey] = other.login.password
  const secrets = [...new Set([...resolved.secrets, password.login.password, ...(other === null ? [] : [other.login.password])])]
  const environmentSealed = sealEnvironment(seal, serving.id, { ...former, variables, secrets })
  const within = async (tx: Db) => {
    const service = await lock(tx, place.serviceId)
    const isAsDeployed = service?.configRevision === serving.configRevision
    // Whoever has its variables open in an editor shall not write the former ones back.
    await configure(tx, place.serviceId, {})
    const revision = isAsDeployed ? ((await find(tx, place.serviceId))?.configRevision ?? serving.configRevision) : serving.configRevision
    await rotations.reseal(tx, serving.id, { variablesSealed, environmentSealed, configRevision: revision })
  }
  return { within, write: () => inTransaction(turn, within) }
}
