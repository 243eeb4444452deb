import { randomBytes } from 'node:crypto'

import type { z } from 'zod'

import type { Actor } from '../../lib/auth/actor'
import { authenticateBearer } from '../../lib/auth/authenticate'
import { parseConfig } from '../../lib/config'
import { authRegister, type SignedInView } from '../../lib/contract/auth'
import type { Entry } from '../../lib/contract/entry'
import { projectCreate } from '../../lib/contract/project'
import { connect, type Database } from '../../lib/db/connection'
import type { Platform } from '../../lib/operations/context'
import { executeEntry } from '../../lib/operations/execute'
import { makeSeal } from '../../lib/secrets/seal'
import { createDatabase } from './database'

export type SignedIn = z.infer<typeof SignedInView>
export type CallOptions = { as?: SignedIn | string | Actor; ip?: string; idempotencyKey?: string }

export type TestPlatform = {
  platform: Platform
  database: Database
  url: string
  /** Moves the platform's clock, which starts at the real time. */
  clock: { now: Date }
  /** Calls an operation as a door would. `as`: a sign-in, a bearer token, or an actor; absent: a stranger. */
  call<I extends z.ZodType, O extends z.ZodType>(entry: Entry<I, O>, input: z.input<I>, options?: CallOptions): Promise<z.output<O>>
  /** The first account: owner of its organization. */
  owner(): Promise<SignedIn>
  /** A project of the owner's, with its production environment. */
  project(as: SignedIn, name?: string, targetId?: string): Promise<{ projectId: string; environmentId: string }>
  close(): Promise<void>
}

/** A platform on a database of its own: real operations, real PostgreSQL, no worker. */
export async function platformForTest(overrides: Record<string, string> = {}): Promise<TestPlatform> {
  return platformOn({ ...(await createDatabase()), encryptionKey: randomBytes(32).toString('hex') }, overrides)
}

export type Ground = { url: string; drop(): Promise<void>; /** As EASEL_ENCRYPTION_KEY, for a worker beside it. */ encryptionKey: string }

/** A platform on a database that is there already. */
export function platformOn({ url, drop, encryptionKey }: Ground, overrides: Record<string, string>): TestPlatform {
  const database = connect(url, { poolSize: 10, name: 'test' })
  const clock = { now: new Date() }
  const config = parseConfig({ EASEL_SESSION_KEY: 'test-session-key-of-enough-length!', EASEL_DATA_DIR: '/nonexistent', EASEL_ACME_DIRECTORY: 'off', ...overrides })
  const platform: Platform = { db: database.db, seal: makeSeal(encryptionKey), config, now: () => clock.now }

  const call: TestPlatform['call'] = async (entry, input, options = {}) => {
    const actor = await actorOf(platform, options.as)
    return executeEntry(platform, entry, input, { actor, requestId: 'req_test', ip: options.ip ?? '203.0.113.1', idempotencyKey: options.idempotencyKey ?? null })
  }
  return {
    platform,
    database,
    url,
    clock,
    call,
    owner: () => call(authRegister, { email: 'owner@example.com', password: 'correct horse', name: 'Olivia Owner' }),
    async project(as, name = 'Shop', targetId?: string) {
      const project = await call(projectCreate, { name, ...(targetId === undefined ? {} : { targetId }) }, { as })
      return { projectId: project.id, environmentId: project.environments[0]!.id }
    },
    async close() {
      await database.close()
      await drop()
    },
  }
}

async function actorOf(platform: Platform, as: CallOptions['as']): Promise<Actor> {
  if (as === undefined) return { kind: 'anonymous' }
  if (typeof as === 'string') return authenticateBearer(platform, `Bearer ${as}`)
  return 'accessToken' in as ? authenticateBearer(platform, `Bearer ${as.accessToken}`) : as
}
