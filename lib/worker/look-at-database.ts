import type { DatabaseFigures } from '../contract/database'
import type { Db } from '../db/connection'
import { databasePlace } from '../db/queries/engine/database-places'
import { ENGINES } from '../domain/engine/engines'
import { AppError, notFound } from '../errors'
import type { Login } from '../provisioning/database/data/explorer'
import { askFigures, type Inside } from '../provisioning/database/figures/ask'
import type { Seal } from '../secrets/seal'
import { openEnvironment } from '../secrets/sealed-environment'

const FIGURES_MS = 10_000

/** What it takes to reach databases. `inside`: runs programs where the server of a deployment is; absent: nowhere. */
export type DatabaseReach = { db: Db; seal: Seal; now(): Date; inside?: (place: { serviceId: string; deploymentId: string }) => Inside }

/** Where the version that runs was seen, and with what it was started: not what its variables say by now. */
export async function loginOf({ db, seal }: DatabaseReach, serviceId: string): Promise<{ login: Login; deploymentId: string }> {
  const place = await databasePlace(db, serviceId)
  if (!place || place.source.type !== 'database') throw notFound('service')
  const { engine } = place.source
  const { word, login } = ENGINES[engine]
  if (place.deploymentId === null || place.environmentSealed === null) throw new AppError('not_now', `${word} was never deployed, so there is no data yet. Deploy it first.`)
  if (place.desired === 'stopped') throw new AppError('not_now', `${word} is stopped. Start it to see its data.`)
  if (place.phase === null || place.address === null) throw new AppError('not_now', `${word} does not run now. Its logs say why; try again when it does.`)
  const { variables } = openEnvironment(seal, place.deploymentId, place.environmentSealed)
  const given = (key: string | null) => (key === null ? null : (variables[key] ?? null))
  return { login: { engine, ...place.address, user: given(login.user), password: given(login.password) ?? '', database: given(login.database) }, deploymentId: place.deploymentId }
}

/** How a database is, by its own word, which it has ten seconds to give. */
export async function lookAtDatabase(reach: DatabaseReach, serviceId: string): Promise<DatabaseFigures> {
  const { login, deploymentId } = await loginOf(reach, serviceId)
  const figures = await askFigures(login, reach.inside?.({ serviceId, deploymentId }) ?? null, AbortSignal.timeout(FIGURES_MS))
  return { at: reach.now().toISOString(), ...figures }
}
