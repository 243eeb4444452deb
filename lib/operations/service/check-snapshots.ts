import type { ServiceSettings } from '../../contract/service-settings'
import type { Db } from '../../db/connection'
import { nodeOfService, nodeOfVolume } from '../../db/queries/snapshots'
import { AppError } from '../../errors'

/** Refuses snapshots before deploys of what is not a database or volume of the service's environment. */
export async function checkSnapshots(db: Db, environmentId: string, settings: Partial<Pick<ServiceSettings, 'snapshots'>> | undefined): Promise<void> {
  for (const id of settings?.snapshots?.of ?? []) {
    const node = id.startsWith('svc_') ? await nodeOfService(db, id) : await nodeOfVolume(db, id)
    if (node?.environmentId === environmentId) continue
    const message = `${id} is no database or volume of this environment. Choose another one, or leave it out.`
    throw new AppError('invalid_input', `settings.snapshots.of: ${message}`, { fields: { 'settings.snapshots.of': message } })
  }
}
