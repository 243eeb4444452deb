import { see, unseen } from '../db/queries/stores'
import type { Engine } from '../provisioning/engine'
import { tryPlace } from '../provisioning/snapshot/s3/try-place'
import { placeOf } from '../provisioning/snapshot/store-of'

/** Tries every store whose settings are new. Done twice, it says the same twice. */
export async function checkStores({ db, seal, now }: Pick<Engine, 'db' | 'seal' | 'now'>, signal: AbortSignal): Promise<void> {
  for (const row of await unseen(db)) {
    const found = await tryPlace(placeOf(seal, row), signal)
    await see(db, row, { ...found, at: now().toISOString() })
  }
}
