import { isDeepStrictEqual } from 'node:util'

import { environmentsOn, offerDocker, recordSeen, targetById, targetsToCheck, usesOf, type TargetRow } from '../db/queries/engine/targets'
import { BUILT_IN_TARGETS, type SeenTarget } from '../domain/target'
import { isAppError } from '../errors'
import { announce } from '../events/announce'
import type { DockerConnection } from '../provisioning/docker/connection'
import type { Engine } from '../provisioning/engine'
import { findEngines } from '../provisioning/database/find-engines'
import { openConnection, sealConnection } from '../secrets/sealed-connection'
import { waysToDocker, type Places } from './find-docker'

// Looks at targets and writes down what is found: those somebody has asked about at once, the others now and then. The
// engine of this machine is looked for as long as none answers, and is a target from the moment one does.

const EVERY_MS = 10_000
const PROBE_MS = 12_000
const ENGINES_EVERY_MS = 60_000
const FIND_MS = 3_000
export const DOCKER_NAME = 'Docker on this machine'

/** One look at every target that is due. They are asked side by side: one that is silent delays only itself. */
export async function checkTargets(engine: Engine): Promise<void> {
  const rows = await targetsToCheck(engine.db, new Date(engine.now().getTime() - EVERY_MS))
  await Promise.all(rows.map((row) => checkOne(engine, row)))
}

/** A look at one target, if it exists. */
export async function checkTarget(engine: Engine, id: string): Promise<void> {
  const row = await targetById(engine.db, id)
  if (row) await checkOne(engine, row)
}

async function checkOne(engine: Engine, row: TargetRow): Promise<void> {
  const begun = engine.now()
  const found = { ...(await lookAt(engine, row)), ...(await databasesOn(row, begun)) }
  const seen: SeenTarget = { ...found, at: engine.now().toISOString() }
  await engine.db.transaction(async (tx) => {
    if (!(await recordSeen(tx, row, seen, begun))) return
    for (const environmentId of await environmentsOn(tx, row.id)) await announce(tx, { kind: 'graph', environmentId })
  })
  if (row.seen?.ok !== seen.ok) engine.log.info({ target: row.id, ok: seen.ok, message: seen.message }, 'a target was looked at')
}

/** Database servers of this machine, which come and go rarely: looked for once a minute, and whenever somebody asks. */
async function databasesOn({ kind, seen, checkAskedAt }: TargetRow, now: Date): Promise<Pick<SeenTarget, 'databases'>> {
  if (kind !== 'process') return {}
  const minute = (at: Date) => Math.floor(at.getTime() / ENGINES_EVERY_MS)
  if (seen?.databases && checkAskedAt === null && minute(new Date(seen.at)) === minute(now)) return { databases: seen.databases }
  const databases = await findEngines(AbortSignal.timeout(PROBE_MS)).catch(() => seen?.databases)
  return databases ? { databases } : {}
}

async function lookAt(engine: Pick<Engine, 'targets'>, row: TargetRow): Promise<Omit<SeenTarget, 'at'>> {
  const silent = { ok: false, message: `${row.name} does not answer. Check that its engine runs and that its address is right.`, engineVersion: null }
  const limit = AbortSignal.timeout(PROBE_MS)
  const late = new Promise<typeof silent>((resolve) => limit.addEventListener('abort', () => resolve(silent), { once: true }))
  const asked = engine.targets.byId(row.id).then(async ({ driver }) => {
    const probe = await driver.probe(limit)
    return probe.ok ? { ok: true, message: 'It is usable.', engineVersion: probe.version ?? null, ...(probe.hostAddress === undefined ? {} : { hostAddress: probe.hostAddress }) } : { ok: false, message: probe.message, engineVersion: null }
  })
  return Promise.race([asked, late]).catch((cause: unknown) => (isAppError(cause) ? { ...silent, message: cause.message } : silent))
}

/** Answers the version of the engine that is reached like this; null when none is. */
export type Ask = (connection: DockerConnection, signal: AbortSignal) => Promise<string | null>

/** Offers the engine of this machine as a target, and follows it to where it answers while nothing is on it. */
export async function offerDockerOfThisMachine(engine: Pick<Engine, 'db' | 'seal' | 'log'>, places: Places, ask: Ask): Promise<void> {
  const row = await targetById(engine.db, BUILT_IN_TARGETS.docker)
  if (row?.seen?.ok) return
  const known = row?.connectionSealed ? openConnection<DockerConnection>(engine.seal, row.id, row.connectionSealed) : null
  for (const connection of await waysToDocker(places)) {
    const version = await ask(connection, AbortSignal.timeout(FIND_MS)).catch(() => null)
    if (version === null) continue
    // What runs on one engine is not on another one, even if that is of the same machine.
    if (known && !isDeepStrictEqual(known, connection) && (await usesOf(engine.db, BUILT_IN_TARGETS.docker)) > 0) continue
    await offerDocker(engine.db, { name: DOCKER_NAME, connectionSealed: isDeepStrictEqual(known, connection) ? row!.connectionSealed! : sealConnection(engine.seal, BUILT_IN_TARGETS.docker, connection) })
    engine.log.info({ version, kind: connection.kind }, 'a Docker engine was found')
    return
  }
}
