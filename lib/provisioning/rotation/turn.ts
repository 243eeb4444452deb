import * as environments from '../../db/queries/environments'
import * as rotations from '../../db/queries/rotations'
import type { Db } from '../../db/connection'
import type { Place } from '../../db/queries/engine/places'
import type { Engine as EngineFacts } from '../../domain/engine/engine'
import { ENGINES, type EngineName } from '../../domain/engine/engines'
import type { EventType } from '../../domain/event-type'
import type { RotationStep } from '../../domain/rotation'
import { announce } from '../../events/announce'
import { record } from '../../events/record'
import { openCredential, type Credential, type Login } from '../../secrets/sealed-rotation'
import type { CredentialsPart, Door } from '../database/recipe'
import { RECIPES } from '../database/recipes'
import type { Engine } from '../engine'
import { runInside } from './run-inside'

/** A rotation as it was found, by whoever takes its next step. */
export type Turn = {
  engine: Engine
  rotation: rotations.RotationRow
  place: Place
  facts: EngineFacts
  part: CredentialsPart
  signal: AbortSignal
}

/** What a step comes to: `on`, the next one; `wait`, it is looked at again soon. */
export type StepEnd = 'on' | 'wait'

/** Why a rotation cannot go on until a person has done something, as a sentence. Both credentials stay valid. */
export class RotationFailure extends Error {
  override name = 'RotationFailure'
  constructor(
    message: string,
    /** The service that cannot follow. */
    readonly serviceId: string | null = null,
    /** The step from which it goes on when it is tried again; null: the one that failed. */
    readonly backTo: RotationStep | null = null,
  ) {
    super(message)
  }
}

/** Null for what cannot be rotated. */
export function partOf(place: Pick<Place, 'source'>): { facts: EngineFacts; part: CredentialsPart } | null {
  const engine: EngineName | null = place.source.type === 'database' ? place.source.engine : null
  const part = engine && RECIPES[engine].credentials
  return engine && part ? { facts: ENGINES[engine], part } : null
}

/** Both credentials: the one that is to stay, and the one that is to go. */
export function credentialsOf({ engine: { seal }, rotation }: Pick<Turn, 'engine' | 'rotation'>): { wanted: Credential; unwanted: Credential } {
  const { id, formerSealed, nextSealed, isReturning } = rotation
  if (formerSealed === null || nextSealed === null) throw new RotationFailure('The credentials of this rotation are lost. Cancel it and begin another one.')
  const former = openCredential(seal, { id, which: 'former' }, formerSealed)
  const next = openCredential(seal, { id, which: 'next' }, nextSealed)
  return isReturning ? { wanted: former, unwanted: next } : { wanted: next, unwanted: former }
}

/** Where the database is reached now; null while it does not run. */
export async function doorOf(turn: Turn, { deploymentId, login, database }: { deploymentId: string; login: Login; database: string | null }): Promise<Door | null> {
  const { engine, place } = turn
  const address = await rotations.addressOf(engine.db, deploymentId)
  if (!address) engine.log.info({ service: place.serviceId }, 'a rotation waits until its database runs')
  return address && { ...address, database, login, inside: (argv, signal) => runInside(turn, deploymentId, { argv, signal }) }
}

type Step = { to: RotationStep; change?: rotations.RotationChange; event?: EventType; data?: Record<string, unknown>; also?: (tx: Db) => Promise<void> }

/** Writes that a step is done, with what belongs to it. Nothing of it happens when somebody has decided otherwise meanwhile. */
export async function advance(turn: Turn, { to, change, event, data, also }: Step): Promise<StepEnd> {
  await turn.engine.at?.(`rotation:${turn.rotation.step}:during`)
  await inTransaction(turn, async (tx) => {
    await also?.(tx)
    await rotations.change(tx, turn.rotation.id, { step: to, message: null, ...change })
    if (event) await tell(tx, turn, event, data)
  })
  return 'on'
}

/** Holds the environment, then the rotation as it was found; does nothing when it is not as it was found. */
export async function inTransaction({ engine, rotation, place }: Pick<Turn, 'engine' | 'rotation' | 'place'>, work: (tx: Db) => Promise<void>): Promise<void> {
  await engine.db.transaction(async (tx) => {
    await environments.lock(tx, place.environmentId)
    const now = await rotations.lock(tx, rotation.id)
    if (!now || now.status !== rotation.status || now.step !== rotation.step || now.isReturning !== rotation.isReturning) return
    await work(tx)
    await announce(tx, { kind: 'graph', environmentId: place.environmentId })
  })
}

export async function tell(tx: Db, { place, rotation }: Pick<Turn, 'place' | 'rotation'>, type: EventType, data: Record<string, unknown> = {}): Promise<void> {
  const about = { subject: place.service, organizationId: place.organizationId, projectId: place.projectId, environmentId: place.environmentId, serviceId: place.serviceId }
  await record(tx, 'platform', { ...about, type, data: { rotationId: rotation.id, ...data } })
}

/** Says what it waits for, unless that is said already. */
export async function waitFor(turn: Turn, message: string): Promise<StepEnd> {
  if (turn.rotation.message !== message) await inTransaction(turn, (tx) => rotations.change(tx, turn.rotation.id, { message }))
  return 'wait'
}
