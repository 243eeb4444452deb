import type { Db } from '../../db/connection'
import { drawn } from '../../db/queries/services'
import { ofEnvironments } from '../../db/queries/volumes'

/** Where the nodes of an environment stand: services and volumes. */
export async function placesIn(db: Db, environmentId: string): Promise<{ x: number; y: number }[]> {
  return [...(await drawn(db, environmentId)), ...(await ofEnvironments(db, [environmentId]))]
}
