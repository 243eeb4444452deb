import { keeperOf, registriesOf, registryOf, type RegistryRow } from '../../../db/queries/engine/registries'
import { DeploymentFailure } from '../../../domain/failure'
import { openPassword } from '../../../secrets/sealed-registry'
import type { RegistryAuth } from '../../docker/connection'
import type { Engine } from '../../engine'

type Opener = Pick<Engine, 'db' | 'seal'>

/** The credentials a source names, as long as its organization still has them. */
export async function authOf(engine: Opener, organizationId: string, registryId: string | null | undefined): Promise<RegistryAuth | null> {
  if (registryId === null || registryId === undefined) return null
  const row = await registryOf(engine.db, organizationId, registryId)
  if (!row) throw new DeploymentFailure('image_auth', 'The registry chosen for this source was deleted. Choose another one.')
  return open(engine, row)
}

/** Every credential of an organization: base images may come from any of its registries. */
export async function authsOf(engine: Opener, organizationId: string): Promise<RegistryAuth[]> {
  return (await registriesOf(engine.db, organizationId)).map((row) => open(engine, row))
}

/** Where an organization keeps the images it builds; null when nowhere but in their engine. */
export async function keeper(engine: Opener, organizationId: string): Promise<{ id: string; prefix: string; auth: RegistryAuth } | null> {
  const row = await keeperOf(engine.db, organizationId)
  return row && { id: row.id, prefix: `${row.server}/${row.keepsBuildsIn}`, auth: open(engine, row) }
}

function open({ seal }: Opener, row: RegistryRow): RegistryAuth {
  return { server: row.server, username: row.username, password: openPassword(seal, row) }
}
