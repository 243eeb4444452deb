import { config } from '../config'
import { connect, type Database } from '../db/connection'
import type { Platform } from '../operations/context'
import { dataPaths } from '../provisioning/paths'
import { makeSeal } from '../secrets/seal'
import { answered } from './answered'
import { workerDoor } from './worker-door'

// The web process's one composition: made on first use, kept on `globalThis` because Next loads modules more than once.

const HELD = Symbol.for('easel.platform')
type Held = { platform: Platform; database: Database }

/** The platform of this process. Throws in words when it was not started by `npm start`. */
export function platform(): Platform {
  return held().platform
}

/** Its database, for listeners and shutdown. */
export function database(): Database {
  return held().database
}

function held(): Held {
  const store = globalThis as { [HELD]?: Held }
  return (store[HELD] ??= make())
}

function make(): Held {
  const { databaseUrl, encryptionKey, sessionKey } = config
  if (!databaseUrl || !encryptionKey || !sessionKey) {
    throw new Error('DATABASE_URL, EASEL_ENCRYPTION_KEY and EASEL_SESSION_KEY must be set. Start Easel with `npm start`, which provides them.')
  }
  const database = connect(databaseUrl, { poolSize: 10, name: 'web' })
  return { database, platform: { db: database.db, seal: makeSeal(encryptionKey), config, now: () => new Date(), answered, worker: workerDoor(dataPaths(config.dataDir).terminals) } }
}
