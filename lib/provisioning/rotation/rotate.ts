import { holdLocks } from '../../db/queries/engine/advisory-lock'
import { ofService } from '../../db/queries/engine/places'
import * as rotations from '../../db/queries/rotations'
import type { RotationStep } from '../../domain/rotation'
import { LoginRefused } from '../database/login-refused'
import type { Engine } from '../engine'
import { part } from '../step-in'
import { admit } from './admit'
import { failureOf, isHopeless } from './failure-of'
import { make } from './make'
import { redeploy } from './redeploy'
import { giveUp, revoke } from './revoke'
import { inTransaction, partOf, RotationFailure, tell, type StepEnd, type Turn } from './turn'
import { write } from './write'

// Replaces the credentials of a database while it is used: make another login, let the database take both, let references lead
// to it, redeploy who still has the former one, refuse the former one. On the way back it is the same with the two exchanged.
//
// Where it is, is one row. A step does something that is safe to repeat and then writes that it is done, so whoever dies in
// between is followed by somebody who does it again. Who is still to be redeployed is read from what is released, never
// remembered: a service that somebody deploys meanwhile is done.

const STEP_MS = 60_000

const STEPS: Record<RotationStep, (turn: Turn) => Promise<StepEnd>> = { make, admit, write, redeploy, revoke }

type Options = { shutdown: AbortSignal; isLastAttempt: boolean }

/** Takes a rotation as far as it goes now. `wait`: it is to be looked at again. Throws what should be tried again. */
export async function rotate(engine: Engine, id: string, options: Options): Promise<'done' | 'wait'> {
  const found = await rotations.find(engine.db, id)
  if (!found) return 'done'
  const lock = await holdLocks(engine.sql, `rotation:${found.serviceId}`)
  if (!lock) return 'wait'
  try {
    for (;;) {
      options.shutdown.throwIfAborted()
      const turn = await open(engine, id, options.shutdown)
      if (turn === null) return 'done'
      if ((await taken(turn, options)) === 'wait') return 'wait'
    }
  } finally {
    await lock.release()
  }
}

/** Null when there is nothing to be done. */
async function open(engine: Engine, id: string, shutdown: AbortSignal): Promise<Turn | null> {
  const rotation = await rotations.find(engine.db, id)
  const place = rotation && (await ofService(engine.db, rotation.serviceId))
  const how = place && partOf(place)
  if (rotation?.status !== 'running' || !place || !how) return null
  return { engine, rotation, place, ...how, signal: AbortSignal.any([shutdown, AbortSignal.timeout(STEP_MS)]) }
}

async function taken(turn: Turn, { shutdown, isLastAttempt }: Options): Promise<StepEnd> {
  try {
    return await part(turn.engine, `rotation:${turn.rotation.step}`, () => STEPS[turn.rotation.step](turn))
  } catch (error) {
    if (shutdown.aborted || !(error instanceof RotationFailure || error instanceof LoginRefused || isLastAttempt)) throw error
    if (await isHopeless(turn, error as Error)) await giveUp(turn, error as Error)
    else await stop(turn, failureOf(turn, error as Error))
    return 'on'
  }
}

/** It waits for a person. */
async function stop(turn: Turn, { message, serviceId, backTo }: RotationFailure): Promise<void> {
  await inTransaction(turn, async (tx) => {
    await rotations.change(tx, turn.rotation.id, { status: 'failed', message, step: backTo ?? turn.rotation.step, dependants: turn.rotation.dependants.map((one) => (one.serviceId === serviceId ? { ...one, isStuck: true } : one)) })
    await tell(tx, turn, 'rotation.failed', { step: turn.rotation.step, message })
  })
}
