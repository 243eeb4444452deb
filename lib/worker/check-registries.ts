import { see, unseen } from '../db/queries/engine/registries'
import { trySignIn } from '../provisioning/build/image/sign-in'
import type { Engine } from '../provisioning/engine'
import { openPassword } from '../secrets/sealed-registry'

/** Tries the sign-in of every registry whose credentials are new. Done twice, it says the same twice. */
export async function checkRegistries({ db, seal, now }: Pick<Engine, 'db' | 'seal' | 'now'>, signal: AbortSignal): Promise<void> {
  for (const row of await unseen(db)) {
    const found = await trySignIn({ server: row.server, username: row.username, password: openPassword(seal, row) }, signal)
    if (signal.aborted) return
    await see(db, row, { ...found, at: now().toISOString() })
  }
}
