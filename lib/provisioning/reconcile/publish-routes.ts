import { createHash } from 'node:crypto'

import { exposedDatabases, lockPublication, recordPublication, routedServices } from '../../db/queries/engine/routes'
import type { Db } from '../../db/connection'
import { AppError } from '../../errors'
import type { Engine } from '../engine'
import { part } from '../step-in'
import { routesOf, tcpRoutesOf } from './routes'

const PUBLISH_MS = 5_000

/** `same`: the proxy had this table already. */
export type Publication = 'same' | 'published'

/**
 * Publishes the whole routing table if it differs from the one in force. Publishers take turns on a row lock held until
 * the proxy has answered, so an older table never follows a newer one. `check`: also asks the proxy which version it
 * has, and publishes when it has lost it.
 */
export function publishRoutes(engine: Pick<Engine, 'db' | 'ingress' | 'config' | 'log' | 'at'>, check: boolean, signal: AbortSignal): Promise<Publication> {
  return engine.db.transaction((tx) => publishRoutesAsOf(tx, engine, check, signal))
}

/** `publishRoutes` as a transaction sees the world that has yet to commit. */
export async function publishRoutesAsOf(db: Db, engine: Pick<Engine, 'ingress' | 'config' | 'log' | 'at'>, check: boolean, signal: AbortSignal): Promise<Publication> {
  return db.transaction(async (tx) => {
    const former = await lockPublication(tx)
    const routes = routesOf(await routedServices(tx), engine.config.ingress.domain)
    const tcp = tcpRoutesOf(await exposedDatabases(tx))
    const hash = createHash('sha256').update(JSON.stringify(tcp.length === 0 ? routes : [routes, tcp])).digest('hex')
    if (hash === former.hash && !check) return 'same'

    const limit = AbortSignal.any([signal, AbortSignal.timeout(PUBLISH_MS)])
    const probe = await engine.ingress.probe(limit)
    if (!probe.ok) throw new AppError('unavailable', probe.message)
    if (hash === former.hash && probe.version === former.version) return 'same'
    // The proxy refuses a smaller version than it has; it may remember one from before the database was replaced.
    const version = Math.max(former.version, probe.version) + 1
    await part(engine, 'publish:routes', async () => {
      await engine.ingress.publish({ version, routes, tcp }, limit)
      await engine.at?.('publish:routes:during')
      await recordPublication(tx, { version, hash })
    })
    engine.log.debug({ version, routes: routes.length }, 'routes published')
    return 'published'
  })
}
